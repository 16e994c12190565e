import { isMusterError, type MusterError } from '../../core/errors.js'
import type { DatabaseFinding, ExamineStep } from '../../core/ledger/postgres/examine.js'
import type { MoveStep } from '../../core/ledger/move/move.js'
import { migrate, type MigrateOptions, type MigrateReport } from '../../core/migrate.js'
import { hasOwnRecords, inDatabase } from '../../core/system/databaseFolder.js'
import { asWritten } from '../asWritten.js'
import { askAddress, spaceFor } from './askAddress.js'
import { aboutDatabase, cannotBeUsed } from './findingText.js'
import type { DatabaseParts } from './parts.js'

/** Asks for an address, tries it, says what was found, and has the folder's records moved there, or goes on with those that are there. */
export async function usePostgres(parts: DatabaseParts): Promise<void> {
  for (let address = parts.known ?? process.env['MUSTER_LEDGER'] ?? ''; ; ) {
    address = await askAddress(parts, address)
    try {
      const finding = await examine(parts, address)
      if (await act(parts, address, finding)) return
    } catch (error) {
      if (!isMusterError(error)) throw error
      await tellProblem(parts, error)
    }
  }
}

/** Has the records go on in the folder: moved back, or those that it had before. */
export async function leavePostgres(parts: DatabaseParts): Promise<void> {
  const { editor, t, plural, translated, folder, known } = parts
  const ledger = known ?? process.env['MUSTER_LEDGER']
  const how = { folder, to: 'folder', ...(ledger !== undefined && { ledger }) } as const
  const [move, stop] = [t('Move Them Back'), t('Only Stop Here')]
  const staying = t('“Only Stop Here” leaves them in the database for the others; this folder begins anew.')
  const would = await lookingUp(editor, t('Looking at the records'), () => migrate({ ...how, dryRun: true }))
  if (isMusterError(would)) {
    if (hasOwnRecords(folder)) throw would
    const answer = await editor.window.showWarningMessage(t('The records cannot be moved back now'), { modal: true, detail: [`${translated(would.message)} ${translated(would.hint ?? '')}`.trim(), staying].join('\n\n') }, stop)
    if (answer === undefined) throw new editor.CancellationError()
    await migrate({ ...how, alone: true })
    return over(parts, t('This folder has its own records again'))
  }
  const parting = would.outcome === 'parted'
  const message = parting ? t('Go back to the records of this folder?') : t('Move the records back to this folder?')
  const detail = parting
    ? t('This folder goes on with the records that it had before. Those in the database stay there for everybody else.')
    : [
        plural(would.head, '1 record comes back, with all history and locks.', 'All {n} records come back, with all history and locks.'),
        t('Nobody can use them in the database any more: other machines are told that they are in a folder again.'),
        ...(hasOwnRecords(folder) ? [] : [staying]),
      ].join('\n\n')
  const buttons = parting ? [t('Go Back')] : [move, ...(hasOwnRecords(folder) ? [] : [stop])]
  const answer = await editor.window.showWarningMessage(message, { modal: true, detail }, ...buttons)
  if (answer === undefined) throw new editor.CancellationError()
  const report = await carryOut(parts, { ...how, alone: answer === stop }, t('Moving the records back'))
  await over(parts, report.outcome === 'parted' ? t('This folder has its own records again') : t('The records are in this folder again'))
}

async function over(parts: DatabaseParts, text: string): Promise<void> {
  await parts.keep(undefined)
  await opened(parts, false, text)
}

/** Says what was done, unless this window cannot go on with it: that it says then. */
async function opened(parts: DatabaseParts, begin: boolean, text: string): Promise<void> {
  const { editor, t, open, done } = parts
  const wrong = await open(begin)
  if (wrong === undefined) done(text)
  else void editor.window.showErrorMessage(t('This window could not open the records. {0}', asWritten(wrong)))
}

function examine({ editor, t, folder, root }: DatabaseParts, address: string): Promise<DatabaseFinding> {
  const steps: Record<ExamineStep, string> = { reach: t('Is it there?'), enter: t('Does it let you in?'), look: t('What is in it?') }
  return cancellable(editor, t('Testing the database'), async (signal, say) => {
    const { examineDatabase } = await import('../../core/ledger/postgres/openPostgresLedger.js')
    return examineDatabase({ address, space: spaceFor(folder, root), signal, onStep: (step) => say(steps[step]) })
  })
}

/** Says what was found and does what is wished. @returns false where another address is wanted */
async function act(parts: DatabaseParts, address: string, finding: DatabaseFinding): Promise<boolean> {
  const { editor, t, folder } = parts
  const plan = await planOf(parts, address, finding)
  const detail = [...aboutDatabase(parts, finding), '', ...plan.lines].join('\n')
  const other = t('Another Address')
  const answer = plan.button === undefined
    ? await editor.window.showWarningMessage(plan.title, { modal: true, detail }, other)
    : await editor.window.showInformationMessage(plan.title, { modal: true, detail }, plan.button, other)
  if (answer === undefined) throw new editor.CancellationError()
  if (answer === other) return false
  if (plan.does === 'move') {
    // Known before it begins: should it be broken off, it goes on with the same one.
    await parts.keep(address)
    await carryOut(parts, { folder, to: 'database', ledger: address }, t('Moving the records to the database'))
  } else if (plan.does === 'join') {
    await migrate({ folder, to: 'database', ledger: address, alone: true })
    await parts.keep(address)
  } else await parts.keep(address)
  await opened(parts, plan.does === 'begin', plan.does === 'move' ? t('The records are in the database now') : t('The records of the database are used here'))
  return true
}

interface Plan {
  title: string
  lines: string[]
  /** Without one, nothing can be done with this database. */
  button?: string
  does?: 'move' | 'join' | 'begin' | 'use'
}

async function planOf(parts: DatabaseParts, address: string, finding: DatabaseFinding): Promise<Plan> {
  const { t, plural, folder } = parts
  const known = inDatabase(folder)
  const own = hasOwnRecords(folder)
  const { records, rights } = finding
  const title = t('The database can be used')
  const cannot = cannotBeUsed(parts, finding)
  if (cannot !== undefined) return { title: t('The database cannot be used yet'), lines: [cannot] }
  if (known !== undefined) {
    if (records?.ledger === known.ledger && !records.left) return { title, lines: [t('It holds the records of this folder.')], button: t('Use It'), does: 'use' }
    return { title: t('This is another database'), lines: [records?.left ? t('The records of this folder have left it for a folder again: ask whoever moved them.') : t('It does not hold the records that this folder was used with. Check the address, and the name of the project in it.')] }
  }
  const there = plural(records?.head ?? 0, 'It holds the records of this project already: 1.', 'It holds the records of this project already: {n}.')
  if (!own) {
    if (records?.left) return { title: t('This is another database'), lines: [t('The records of this project have left it for a folder again: ask whoever moved them.')] }
    return records === undefined ? { title, lines: [t('It holds no records of this project yet: they begin here.')], button: t('Begin There'), does: 'begin' } : { title, lines: [there], button: t('Join'), does: 'begin' }
  }
  const move = await lookingUp(parts.editor, t('Testing the database'), () => migrate({ folder, to: 'database', ledger: address, dryRun: true }))
  if (!isMusterError(move)) {
    if (!rights.move) return { title: t('The database cannot be used yet'), lines: [t('To bring records there takes the user who made the tables. Use an address with that user for the move.')] }
    return { title, lines: [finding.arriving ? t('A move was broken off; it goes on where it stopped.') : plural(move.head, '1 record of this folder is moved there.', 'All {n} records of this folder are moved there, with history and locks.'), t('Everybody goes on working while they are copied. Then nobody can write for a moment; other windows of this folder follow by themselves, and other machines give this address once.')], button: finding.arriving ? t('Go On') : t('Move the Records There'), does: 'move' }
  }
  if (records !== undefined && !records.left) return { title, lines: [there, t('This folder has records of its own. They stay where they are, nobody writes to them any more, and “Go Back to the Folder” takes them up again.')], button: t('Join, and Leave Its Own Aside'), does: 'join' }
  return { title: t('The database cannot be used yet'), lines: [move.message, move.hint ?? ''].map(parts.translated) }
}

/** What changes nothing can be given up at any time: nobody waits for it then. @throws CancellationError */
function lookingUp(editor: DatabaseParts['editor'], title: string, look: () => Promise<MigrateReport>): Promise<MigrateReport | MusterError> {
  return cancellable(editor, title, async (signal) => {
    const givenUp = new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(new editor.CancellationError()), { once: true }))
    try {
      return await Promise.race([look(), givenUp])
    } catch (error) {
      if (isMusterError(error)) return error
      throw error
    }
  })
}

/** Does it with progress. While records are copied it can be stopped: everybody is where they were, and it goes on later. */
function carryOut({ editor, t }: DatabaseParts, how: MigrateOptions, title: string): Promise<MigrateReport> {
  return cancellable(editor, title, (signal, say) => {
    let before = 0
    const onStep = (step: MoveStep): void => {
      if (step.step === 'copying') {
        if (signal.aborted) throw new editor.CancellationError()
        const percent = Math.floor((100 * step.done) / Math.max(1, step.total))
        say(t('{0} of {1} copied', step.done, step.total), Math.max(0, percent - before))
        before = Math.max(before, percent)
      } else say({ leaving: t('The last ones'), left: t('All are checked'), arrived: t('They are there') }[step.step])
    }
    return migrate({ ...how, onStep })
  })
}

/** @throws CancellationError when the person gives up, whatever that ends in */
async function cancellable<T>(editor: DatabaseParts['editor'], title: string, work: (signal: AbortSignal, say: (message: string, increment?: number) => void) => Promise<T>): Promise<T> {
  return editor.window.withProgress({ location: editor.ProgressLocation.Notification, title: asWritten(title), cancellable: true }, async (progress, token) => {
    const stop = new AbortController()
    token.onCancellationRequested(() => stop.abort())
    try {
      return await work(stop.signal, (message, increment) => progress.report({ message, ...(increment !== undefined && { increment }) }))
    } catch (error) {
      throw isMusterError(error) && error.code === 'CLOSED' && stop.signal.aborted ? new editor.CancellationError() : error
    }
  })
}

async function tellProblem({ editor, t, translated }: DatabaseParts, { message, hint }: MusterError): Promise<void> {
  const answer = await editor.window.showWarningMessage(translated(message), { modal: true, detail: translated(hint ?? '') }, t('Change the Address'))
  if (answer === undefined) throw new editor.CancellationError()
}
