import { randomBytes } from 'node:crypto'
import { constants, lstatSync, mkdirSync, readdirSync, unlinkSync, writeFileSync, type BigIntStats } from 'node:fs'
import { lstat, mkdir, open, readdir, readFile, rename, rm, rmdir, unlink, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import type { Session } from '../model/agent.js'
import { isSessionGone, isTagGone, ownTag, type Here } from './processes.js'

/** A connection as its file tells of it. */
export type PresenceFacts = Pick<Session, 'id' | 'pid' | 'start' | 'boot' | 'machine' | 'host' | 'client'>

/** ms by the disk's clock after which a file of a process nobody here can ask about was left behind. */
const FOREIGN = 24 * 60 * 60_000
/** The same for what is made for a moment. */
const MOMENT = 60_000

/**
 * The file of one connection in `presence/`, outside of the folder that is watched. Its name tells the process
 * (`<id>-<pid>-<boot>-<start>.json`), its time the last sign of life by the disk's own clock. Holding it, a connection
 * collects in passing what processes that are gone have left: such files, attempts at the disk, the lock of a turn. Of a
 * process that lives, or of which nobody can tell, nothing is touched; should it be after all, its owner makes it again.
 */
export class PresenceFile {
  private readonly folder: string
  private readonly path: string
  private handle: FileHandle | undefined
  private work: Promise<void> = Promise.resolve()
  private closed = false

  /** @param muster The `.muster` folder. */
  constructor(private readonly muster: string, private readonly facts: PresenceFacts) {
    this.folder = join(muster, 'presence')
    this.path = join(this.folder, `${facts.id}-${ownTag()}.json`)
  }

  /**
   * Gives a sign of life and collects. In the background, one after the other; what cannot be done is left for the next time.
   * @param whole Not so: only collects what names say is of a process that is gone, which asks the disk for one list of files
   */
  look(whole = true): Promise<void> {
    this.work = this.work.then(() => (this.closed ? undefined : whole ? this.round() : this.collectGone())).catch(() => undefined)
    return this.work
  }

  async close(): Promise<void> {
    this.closed = true
    await this.work
    if (this.handle === undefined) return
    await this.handle.close().catch(() => undefined)
    await unlink(this.path).catch(() => undefined)
  }

  private async round(): Promise<void> {
    await mkdir(this.folder, { mode: 0o700 }).catch(() => undefined)
    // A link that somebody put there leads elsewhere.
    if (!(await lstat(this.folder)).isDirectory()) return
    const now = Number((await this.touch()).mtimeNs / 1_000_000n)
    for (const name of await readdir(this.folder)) await this.collect(join(this.folder, name), now).catch(() => undefined)
    for (const name of await readdir(this.muster)) {
      if (name.startsWith('probe-')) await collectMoment(join(this.muster, name), now).catch(() => undefined)
    }
  }

  private async collectGone(): Promise<void> {
    for (const name of await readdir(this.folder)) if (isTagGone(tagIn(name)) === true) await this.collect(join(this.folder, name), 0).catch(() => undefined)
  }

  private async touch(): Promise<BigIntStats> {
    this.handle ??= await open(this.path, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
    // Written, not dated: the disk's own clock is what files are compared by.
    await this.handle.write(`${JSON.stringify(this.facts)}\n`, 0)
    const stat = await this.handle.stat({ bigint: true })
    if (stat.nlink > 0n) return stat
    await this.handle.close()
    this.handle = undefined
    return this.touch()
  }

  private async collect(path: string, now: number): Promise<void> {
    if (path === this.path || !/^.*-\d+-[0-9a-f]{8}-[0-9a-f]{8}(\.json|\.turn)$/.test(path)) return
    const stat = await lstat(path)
    if (!stat.isFile() || stat.size > 4096) return
    if (!(isTagGone(tagIn(path)) ?? (now - stat.mtimeMs > FOREIGN || isOfEarlierBoot(await readFile(path, 'utf8'), this.facts)))) return
    if (path.endsWith('.turn')) await this.removeLock((await readFile(path, 'utf8')).trim()).catch(() => undefined)
    await unlink(path)
  }

  /** Removes the lock of a turn if it is still this very one. It is moved aside first: somebody may be taking a new one just now. */
  private async removeLock(inode: string): Promise<void> {
    const lock = join(this.muster, 'ledger', 'turn.lock')
    const aside = join(this.folder, `${this.facts.id}.lock`)
    const isIt = async (path: string): Promise<boolean> => String((await lstat(path, { bigint: true })).ino) === inode
    if (!(await isIt(lock))) return
    await rename(lock, aside)
    if (await isIt(aside)) await rmdir(aside)
    else await rename(aside, lock)
  }
}

/** What its name says of whose it is. */
function tagIn(name: string): string {
  return name.replace(/\.\w+$/, '')
}

/** Pids of processes whose connections stay, going by their files; of other machines' too, as long as nobody can tell. */
export function livingProcesses(muster: string): number[] {
  try {
    const names = readdirSync(join(muster, 'presence')).filter((name) => name.endsWith('.json'))
    const living = names.filter((name) => isTagGone(tagIn(name)) !== true)
    return [...new Set(living.map((name) => Number(/-(\d+)-[0-9a-f]{8}-[0-9a-f]{8}\.json$/.exec(name)?.[1])))].filter((pid) => pid > 0)
  } catch {
    return []
  }
}

/** Keeps in `presence/` which process has taken the lock of a turn; what cannot be kept is done without. */
export function recordTurns(muster: string): { took(inode: string): void; left(): void } {
  const folder = join(muster, 'presence')
  let path: string | undefined
  return {
    took(inode) {
      path = join(folder, `${randomBytes(6).toString('hex')}-${ownTag()}.turn`)
      try {
        mkdirSync(folder, { mode: 0o700, recursive: true })
        if (lstatSync(folder).isDirectory()) writeFileSync(path, inode, { flag: 'wx', mode: 0o600 })
      } catch {
        path = undefined
      }
    },
    left() {
      try {
        if (path !== undefined) unlinkSync(path)
      } catch {
        // Collected by somebody, or to be.
      }
      path = undefined
    },
  }
}

function isOfEarlierBoot(text: string, here: Here): boolean {
  try {
    const { pid, start, boot, machine } = JSON.parse(text) as PresenceFacts
    return boot !== here.boot && isSessionGone({ pid, start, boot, machine }, here)
  } catch {
    return false
  }
}

async function collectMoment(path: string, now: number): Promise<void> {
  if (isTagGone(path) ?? now - (await lstat(path)).mtimeMs > MOMENT) await rm(path, { recursive: true, force: true })
}
