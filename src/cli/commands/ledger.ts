import { isMusterError } from '../../core/errors.js'
import type { LogEntry } from '../../core/muster.js'
import { agentIdOf } from '../../core/model/agentId.js'
import type { MoveStep } from '../../core/ledger/move/move.js'
import type { MigrateReport } from '../../core/migrate.js'
import type { RepairReport } from '../../core/repair.js'
import { command, outcome, type Context, type Outcome } from '../command.js'
import { exitCodes } from '../exitCodes.js'
import { oneLine } from '../text/escape.js'
import type { Ui } from '../text/ui.js'
import { didYouMean, UsageError } from '../usageError.js'
import { logLine, logText, migrateText, repairText, stepText, verifyText } from '../views/ledger.js'

export const ledgerCommands = [
  command({
    name: 'log',
    summary: 'Show what happened, oldest first',
    details: 'With --json --follow every entry is a line of its own.',
    options: {
      follow: { type: 'flag', help: 'Go on showing what happens, until Ctrl-C' },
      since: { type: 'text', value: 'WHEN', help: 'Minutes back, or a date and time (ISO 8601)' },
      of: { type: 'text', value: 'NAME', help: 'Only what this agent did' },
      type: { type: 'text', value: 'TYPE', help: 'Only this kind: claim, message, decision, task, error, agent …, or exactly: claim.granted' },
    },
    access: 'look',
    watch: ({ follow }) => follow,
    examples: ['muster log --since 60', 'muster log --of beta --type claim', 'muster log --follow --json'],
    async run(context, options) {
      if (options.type !== undefined) await assertType(options.type)
      const since = options.since === undefined ? undefined : iso(timeOf(options.since, context.host.now()))
      const wanted = filterOf(options, since)
      if (options.follow) return follow(context, since, wanted)
      const entries: LogEntry[] = []
      try {
        for await (const entry of context.muster.log({ since })) if (wanted(entry)) entries.push(entry)
      } catch (error) {
        if (!isMusterError(error) || error.code !== 'LEDGER_DAMAGED' || context.muster.ledgerStatus().kind === 'postgres') throw error
        context.notice(`muster: ${oneLine(error.message)}\n  ${oneLine(error.hint ?? '')}`)
        return damagedLog(context, wanted, error)
      }
      const { kind, readOnly } = context.muster.ledgerStatus()
      if (readOnly?.code === 'LEDGER_DAMAGED' && kind !== 'postgres') return damagedLog(context, wanted, readOnly)
      return outcome({ ok: true, entries }, (ui) => logText(entries, ui))
    },
  }),
  command({
    name: 'verify',
    summary: 'Check the records from first to last',
    details: 'Reads every line, checks that none is missing or changed, and writes nothing. Exit code 1 when something is wrong.',
    options: {},
    access: 'folder',
    examples: ['muster verify', 'muster verify --json'],
    async run({ host, folder }) {
      const { firstAt, lastAt, ...found } = await host.verify(folder)
      const report = { ...found, ...(firstAt !== undefined && { firstAt: iso(firstAt) }), ...(lastAt !== undefined && { lastAt: iso(lastAt) }) }
      return outcome(report, (ui) => verifyText(report, ui))
    },
  }),
  command({
    name: 'repair',
    summary: 'Make damaged records usable again, without deleting anything, and documents anew from them',
    details: 'Says what is wrong and what would be left out, and asks before it does anything. Originals of what it changes go to a folder of their own inside the records. For people, not for agents; a start after a crash never needs it.',
    options: {
      yes: { type: 'flag', help: 'Do it without asking' },
      'dry-run': { type: 'flag', help: 'Only say what is wrong' },
      force: { type: 'flag', help: 'Even while windows or agents have the records open; what they write just then may be lost' },
    },
    access: 'folder',
    examples: ['muster repair --dry-run', 'muster repair --yes'],
    async run({ host, global, folder, print }, { yes, 'dry-run': dryRun, force }) {
      const report = await host.repair({ folder, dryRun: true })
      if (dryRun) return outcome({ ...report, dryRun }, (ui) => repairText(report, ui))
      if (report.found.length === 0) return withDocuments(host, folder, { ...report, dryRun })
      const agent = global.agent ?? (host.env['MUSTER_AGENT'] || (await host.agentProgram())?.client)
      if (agent !== undefined) return refused('PERSON_ONLY', 'Repairing leaves out for good what cannot be read: ask a person to run muster repair.', report)
      if (!yes) {
        if (!global.json) print({}, (ui) => repairText(report, ui))
        const agreed = global.json ? undefined : await host.confirm('Repair the records now?')
        if (agreed !== true) return refused('NOT_CONFIRMED', agreed === undefined ? 'Nothing was changed. Run it again with --yes to repair.' : 'Nothing was changed.', report)
      }
      return withDocuments(host, folder, await host.repair({ folder, force }))
    },
  }),
  command({
    name: 'migrate',
    summary: 'Move the records to the database in MUSTER_LEDGER, or back',
    details: 'Says what would be moved, and asks before it does anything. History, numbers, locks and their tokens stay what they are. People and agents go on working until the last records are moved; then they start again with MUSTER_LEDGER set, or unset. Cut off at any point, run it again. For people, not for agents.',
    options: {
      to: { type: 'flag', help: 'To the database' },
      from: { type: 'flag', help: 'From the database to this folder; undoes a move that did not come to its end' },
      alone: { type: 'flag', help: 'Move nothing; with --to, this folder goes on with what the database holds already, with --from, with what it had before' },
      yes: { type: 'flag', help: 'Do it without asking' },
      'dry-run': { type: 'flag', help: 'Only say what would be moved' },
    },
    access: 'folder',
    examples: ['muster migrate --to --dry-run', 'muster migrate --to', 'muster migrate --from --yes', 'muster migrate --to --alone'],
    async run({ host, global, folder, print, notice }, { to: there, from: back, alone, yes, 'dry-run': dryRun }) {
      if (there === back) throw new UsageError('Say which way: --to moves the records to the database in MUSTER_LEDGER, --from moves them back to the folder.')
      const to = there ? 'database' : 'folder'
      const report = await host.migrate({ folder, to, alone, dryRun: true })
      if (dryRun) return outcome(report, () => migrateText(report))
      const agent = global.agent ?? (host.env['MUSTER_AGENT'] || (await host.agentProgram())?.client)
      if (agent !== undefined) return refused('PERSON_ONLY', 'Everybody has to start again where the records are moved to: ask a person to run muster migrate.', report)
      if (!yes) {
        if (!global.json) print({}, () => migrateText(report))
        const agreed = global.json ? undefined : await host.confirm('Move the records now?')
        if (agreed !== true) return refused('NOT_CONFIRMED', agreed === undefined ? 'Nothing was moved. Run it again with --yes to move them.' : 'Nothing was moved.', report)
      }
      const done = await host.migrate({ folder, to, alone, onStep: tellSteps(notice) })
      return outcome(done, () => migrateText(done))
    },
  }),
]

/** ms between two lines that say how far it is. */
const TELL_EVERY = 2000

/** Says on standard error how far it is: each step, and copying now and then. */
function tellSteps(notice: (text: string) => void): (step: MoveStep) => void {
  let told = -Infinity
  return (step) => {
    const now = performance.now()
    if (step.step === 'copying' && step.done < step.total && now - told < TELL_EVERY) return
    told = now
    notice(stepText(step))
  }
}

/** Documents are made from the records: after a repair, anew. What goes wrong there takes nothing from the repair. */
async function withDocuments(host: Context['host'], folder: string, report: RepairReport): Promise<Outcome> {
  try {
    const documents = await host.rebuildDocuments?.(folder)
    return outcome({ ...report, ...(documents !== undefined && { documents }) }, (ui) => [repairText(report, ui), ...(documents ? [`${documents} documents were made anew.`] : [])].join('\n'))
  } catch (error) {
    const busy = isMusterError(error) && error.code === 'BUSY' && { code: error.code, message: error.message, hint: error.hint }
    const text = (ui: Ui): string => [repairText(report, ui), `Documents could not be made anew: ${oneLine(error instanceof Error ? error.message : String(error))}`, ...(busy && busy.hint ? [oneLine(busy.hint)] : [])].join('\n')
    return busy ? { ...outcome({ ...report, ok: false, error: busy }, text), exit: exitCodes.unusable } : outcome(report, text)
  }
}

function refused(reason: 'PERSON_ONLY' | 'NOT_CONFIRMED', hint: string, { ok: _ok, ...report }: RepairReport | MigrateReport): Outcome {
  return outcome({ ok: false, reason, hint, ...report }, () => hint)
}

/** Times leave as everywhere else: ISO 8601 in UTC. */
function iso(ms: number): string {
  return new Date(ms).toISOString()
}

/** What comes before the damage and behind it is worth seeing, and was asked for. */
async function damagedLog({ host, folder }: Context, wanted: Filter, { code, message, hint }: { code: string; message: string; hint?: string | undefined }): Promise<Outcome> {
  const { entries, gaps } = await host.intactLog(folder)
  const shown = entries.filter(wanted)
  return { json: { ok: false, error: { code, message, hint }, entries: shown, gaps } as Outcome['json'], text: (ui) => logText(shown, ui, gaps), exit: exitCodes.unusable }
}

/** @throws UsageError for a type that nothing has */
async function assertType(type: string): Promise<void> {
  const { eventTypes } = await import('../../core/state/shape.js')
  const kinds = [...new Set(eventTypes.map((one) => one.slice(0, one.indexOf('.'))))]
  if (kinds.includes(type) || eventTypes.includes(type)) return
  const exact = eventTypes.filter((one) => one.startsWith(`${type.split('.', 1)[0]!}.`))
  throw new UsageError(`Nothing in the records is of type "${type}".${didYouMean(type, [...kinds, ...eventTypes])} There are ${exact.length > 0 ? exact.join(', ') : kinds.join(', ')}.`)
}

type Filter = (entry: LogEntry) => boolean

function filterOf({ of, type }: { of?: string | undefined; type?: string | undefined }, since: string | undefined): Filter {
  const from = since === undefined ? -Infinity : Date.parse(since)
  const by = of === undefined ? undefined : agentIdOf(of)
  return (entry) =>
    Date.parse(entry.at) >= from
    && (by === undefined || entry.by === by)
    && (type === undefined || entry.event.type === type || entry.event.type.startsWith(`${type}.`))
}

function timeOf(since: string, now: number): number {
  if (/^\d*\.?\d+$/.test(since)) return now - Number(since) * 60_000
  const time = Date.parse(since)
  if (Number.isNaN(time)) throw new UsageError(`--since is minutes back or a date and time; not "${since}".`)
  return time
}

/** What is there, then what comes, each entry once; until interrupted. */
async function follow({ muster, interrupted, print }: Context, since: string | undefined, wanted: Filter): Promise<undefined> {
  const arrived: LogEntry[] = []
  let wake = (): void => undefined
  const subscription = muster.onDidChange(({ entries }) => {
    arrived.push(...entries)
    wake()
  })
  const show = (entry: LogEntry): void => {
    if (wanted(entry)) print({ ok: true, ...entry }, (ui) => logLine(entry, ui))
  }
  try {
    let seen = 0
    for await (const entry of muster.log({ since })) {
      if (interrupted.aborted) return
      show(entry)
      seen = entry.seq
    }
    while (!interrupted.aborted) {
      // What arrived while the history was read is in both.
      for (const entry of arrived.splice(0)) if (entry.seq > seen) show(entry)
      await new Promise<void>((resolve) => {
        wake = resolve
        interrupted.addEventListener('abort', () => resolve(), { once: true })
        if (arrived.length > 0) resolve()
      })
    }
  } finally {
    subscription.dispose()
  }
}
