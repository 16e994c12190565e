import { createHash, randomBytes } from 'node:crypto'
import { join } from 'node:path'
import { errnoOf, isMusterError, MusterError } from '../errors.js'
import { nodeFs, type LedgerFs } from '../ledger/folder/ledgerFs.js'
import { ensureFolder, readSlices, removeFile, writeWhole } from '../ledger/folder/wholeFile.js'
import { agentIdOf } from '../model/agentId.js'
import { save, SAVE_VERSION, saveBody, type Save, type SaveBody, type SaveReason } from '../model/save.js'
import { isTagGone, ownTag } from '../system/processes.js'
import { tell } from '../tell.js'

/** `<time>-<chance>.json`; in the order of their names they were written. */
const NAME = /^(\d{8}T\d{9}Z-[0-9a-f]{6})\.json$/
const UNFINISHED = /^\d{8}T\d{9}Z-[0-9a-f]{6}-.+\.tmp$/
/** Of commands, which are nobody's window. No agent's id has such a sign. */
const OUTSIDE = '+outside'
/** Far more than a window's editors and its unsaved text. */
const LARGEST = 256 * 1024 * 1024
/** ms after which an unfinished file was left behind, where its process cannot be asked about. */
const LEFT_BEHIND = 24 * 60 * 60_000

/** A file in the place of a save. */
export type Found = { id: string; window: string; path: string } & ({ save: Save } | { problem: string })

export interface Written {
  save: Save
  path: string
  /** False where it would have been the same as the last one, which is answered. */
  written: boolean
}

/**
 * The saves of all windows, in `sessions/` of the `.muster` folder. Each file is written as a whole and stays as it is: a
 * process that is killed leaves what was there before. What cannot be read as a save is told of and left.
 */
export class SaveStore {
  private readonly folder: string

  /** @param muster The `.muster` folder, which is there. */
  constructor(muster: string, private readonly fs: LedgerFs = nodeFs, private readonly now: () => number = Date.now) {
    this.folder = join(muster, 'sessions')
  }

  /**
   * @param window Agent id of whoever's window it is; '' for none.
   * @throws MusterError NOT_APPLIED or FOLDER_UNUSABLE; what was saved before is as it was
   */
  async write(window: string, body: SaveBody, { reason, keep, replaces }: { reason: SaveReason; keep: number; replaces?: string | undefined }): Promise<Written> {
    const place = join(this.folder, window === '' ? OUTSIDE : agentIdOf(window))
    try {
      const names = this.namesIn(place)
      const last = await this.newest(place, names)
      const wanted = saveBody.parse(body)
      // Closing is worth a file: without it, the window would seem to have crashed.
      const same = last !== undefined && sumOf(bodyOf(last.save)) === sumOf(wanted) && (reason !== 'close' || last.save.reason === 'close')
      if (same) return { ...last, written: false }
      ensureFolder(this.fs, this.folder)
      ensureFolder(this.fs, place)
      const id = this.nextId(names)
      const whole: Save = { version: SAVE_VERSION, id, savedAt: new Date(this.now()).toISOString(), reason, process: ownTag(), ...wanted }
      const path = join(place, `${id}.json`)
      try {
        await writeWhole(this.fs, path, join(place, `${id}-${ownTag()}.tmp`), [JSON.stringify({ ...whole, sum: sumOf(whole) }), '\n'])
      } catch (error) {
        // Another process has saved as many since as are kept, and removed this one before it was read back.
        if (errnoOf(error) !== 'ENOENT' || this.namesIn(place).filter((name) => name > `${id}.json`).length < keep) throw error
      }
      if (replaces !== undefined && NAME.test(`${replaces}.json`)) removeFile(this.fs, join(place, `${replaces}.json`))
      await this.prune(place, keep)
      return { save: whole, path, written: true }
    } catch (error) {
      throw unsaved(error, this.folder)
    }
  }

  /** Every file there is, newest first. */
  async all(): Promise<Found[]> {
    const found: Found[] = []
    for (const window of this.namesOf(this.folder)) {
      const place = join(this.folder, window)
      if (this.fs.stat(place)?.type !== 'folder') continue
      for (const name of this.namesIn(place)) found.push(await this.look(place, name))
    }
    return found.sort((a, b) => (a.id < b.id ? 1 : -1))
  }

  async find(id: string): Promise<Found | undefined> {
    if (!NAME.test(`${id}.json`)) return undefined
    for (const window of this.namesOf(this.folder)) {
      const place = join(this.folder, window)
      if (this.namesIn(place).includes(`${id}.json`)) return this.look(place, `${id}.json`)
    }
    return undefined
  }

  private async newest(place: string, names: readonly string[]): Promise<{ save: Save; path: string } | undefined> {
    for (const name of names) {
      const found = await this.look(place, name)
      if ('save' in found) return found
    }
    return undefined
  }

  private async look(place: string, name: string): Promise<Found> {
    const path = join(place, name)
    const folder = place.slice(this.folder.length + 1)
    const about = { id: name.replace(/\.json$/, ''), window: folder === OUTSIDE ? '' : folder, path }
    try {
      const facts = this.fs.stat(path)
      if (facts?.type !== 'file') return { ...about, problem: 'it is no file of its own' }
      if (facts.size > LARGEST) return { ...about, problem: 'it is too large' }
      const { sum, ...raw } = JSON.parse(await this.textOf(path)) as Record<string, unknown>
      const version = raw['version']
      if (typeof version === 'number' && version > SAVE_VERSION) return { ...about, problem: 'a newer version of Muster wrote it' }
      if (sum !== sumOf(raw)) return { ...about, problem: 'it is not as it was written' }
      return { ...about, save: save.parse(raw) }
    } catch (error) {
      return { ...about, problem: error instanceof SyntaxError ? 'it is damaged' : errnoOf(error) ?? 'it has another form' }
    }
  }

  private async textOf(path: string): Promise<string> {
    const slices: Buffer[] = []
    for await (const slice of readSlices(this.fs, path)) slices.push(Buffer.from(slice))
    return Buffer.concat(slices).toString('utf8')
  }

  /** Removes what is older than the newest `keep`, and what processes that are gone left unfinished. */
  private async prune(place: string, keep: number): Promise<void> {
    const names = this.namesIn(place)
    let readable = 0
    for (const name of names.length > keep ? names : []) {
      if ('save' in (await this.look(place, name)) && ++readable > keep) removeFile(this.fs, join(place, name))
    }
    for (const name of this.namesOf(place).filter((one) => UNFINISHED.test(one))) {
      const path = join(place, name)
      const age = this.now() - Number((this.fs.stat(path)?.modified ?? 0n) / 1_000_000n)
      if (isTagGone(name.replace(/\.tmp$/, '')) ?? age > LEFT_BEHIND) removeFile(this.fs, path)
    }
  }

  /** Later than all there are, also where the clock was put back. */
  private nextId([newest]: readonly string[]): string {
    const now = stampOf(this.now())
    const last = newest?.split('-')[0]
    const stamp = last === undefined || last < now ? now : stampOf(timeOf(last) + 1)
    return `${stamp}-${randomBytes(3).toString('hex')}`
  }

  /** Files that are named as saves are, newest first. */
  private namesIn(place: string): string[] {
    return this.namesOf(place).filter((name) => NAME.test(name)).sort().reverse()
  }

  private namesOf(folder: string): string[] {
    try {
      return this.fs.readdir(folder)
    } catch (error) {
      if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return []
      throw unsaved(error, this.folder)
    }
  }
}

function bodyOf({ version: _v, id: _i, savedAt: _s, reason: _r, process: _p, ...body }: Save): SaveBody {
  return saveBody.parse(body)
}

function sumOf(value: object): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)
}

/** `20261122T032016123Z` */
function stampOf(time: number): string {
  return new Date(time).toISOString().replace(/[-:.]/g, '')
}

function timeOf(stamp: string): number {
  return Date.parse(stamp.replace(/^(\d{4})(\d\d)(\d\dT\d\d)(\d\d)(\d\d)(\d{3}Z)$/, '$1-$2-$3:$4:$5.$6'))
}

function unsaved(error: unknown, folder: string): unknown {
  if (isMusterError(error)) return error
  const errno = errnoOf(error)
  if (errno === 'ENOSPC' || errno === 'EDQUOT' || errno === 'EFBIG') {
    return new MusterError('NOT_APPLIED', tell`There is no room on the disk to save the window.`, { hint: tell`Make room and save again; what was saved before is as it was.`, details: { errno, folder }, cause: error })
  }
  return new MusterError('FOLDER_UNUSABLE', tell`${folder} cannot be used to save the window (${errno ?? String(error)}).`, { hint: tell`Make it a folder that you may read and write.`, details: { errno, folder }, cause: error })
}
