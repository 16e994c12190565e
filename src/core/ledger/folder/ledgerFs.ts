import fs from 'node:fs'
import { errnoOf } from '../../errors.js'
import { onceLetGo } from '../../heldFiles.js'
import { NOFOLLOW } from '../../plainFiles.js'

/** Which file a descriptor or a path stands for. Two are the same file if `dev` and `ino` are. */
export interface FileFacts {
  dev: bigint
  ino: bigint
  links: bigint
  size: number
  modified: bigint
  type: 'file' | 'folder' | 'other'
}

/**
 * - `append`: an existing file, for reading anywhere and writing at its end
 * - `create`: the same for a file that must not exist yet
 * - `read`: an existing file, for reading only
 * - `patch`: an existing file, for rewriting bytes in place
 */
export type OpenMode = 'append' | 'create' | 'read' | 'patch'

/**
 * The part of a file system the folder ledger uses. Everything but {@link fdatasync} is synchronous, so that nothing else
 * of this process runs between reading, deciding and writing. Methods throw Node's system errors. Tests run the ledger on
 * a simulated disk through this.
 */
export interface LedgerFs {
  /** Never follows a symlink in the last part of the path. */
  open(path: string, mode: OpenMode): number
  close(fd: number): void
  /** Bytes read, 0 at the end. */
  read(fd: number, buffer: Buffer, offset: number, length: number, position: number): number
  /** One `write()` call at the end of the file; bytes written, which may be fewer than given. */
  append(fd: number, bytes: Buffer): number
  /** One `pwrite()` call on a `patch` descriptor. */
  writeAt(fd: number, bytes: Buffer, position: number): number
  fstat(fd: number): FileFacts
  /** Facts about what stands at the path itself, undefined if nothing does. Does not follow symlinks. */
  stat(path: string): FileFacts | undefined
  readdir(path: string): string[]
  mkdir(path: string): void
  rename(from: string, to: string): void
  unlink(path: string): void
  fsync(fd: number): void
  fsyncFolder(path: string): void
  fdatasyncSync(fd: number): void
  fdatasync(fd: number): Promise<void>
}

const FILE_MODE = 0o600
const FOLDER_MODE = 0o700
const { O_RDONLY, O_RDWR, O_APPEND, O_CREAT, O_EXCL } = fs.constants

// Where Windows has no flag for it, the facts of the open file are compared by whoever opens it.
const FLAGS: Record<OpenMode, number> = {
  append: O_RDWR | O_APPEND | NOFOLLOW,
  create: O_RDWR | O_APPEND | O_CREAT | O_EXCL | NOFOLLOW,
  read: O_RDONLY | NOFOLLOW,
  patch: O_RDWR | NOFOLLOW,
}

/** The real disk. */
export const nodeFs: LedgerFs = {
  open: (path, mode) => fs.openSync(path, FLAGS[mode], FILE_MODE),
  close: (fd) => fs.closeSync(fd),
  read: (fd, buffer, offset, length, position) => fs.readSync(fd, buffer, offset, length, position),
  append: (fd, bytes) => fs.writeSync(fd, bytes, 0, bytes.length, null),
  writeAt: (fd, bytes, position) => fs.writeSync(fd, bytes, 0, bytes.length, position),
  fstat: (fd) => factsOf(fs.fstatSync(fd, { bigint: true })),
  stat: (path) => {
    const stats = fs.lstatSync(path, { bigint: true, throwIfNoEntry: false })
    return stats && factsOf(stats)
  },
  readdir: (path) => fs.readdirSync(path),
  mkdir: (path) => fs.mkdirSync(path, { mode: FOLDER_MODE }),
  rename: (from, to) => onceLetGo(() => fs.renameSync(from, to)),
  unlink: (path) => fs.unlinkSync(path),
  fsync: (fd) => fs.fsyncSync(fd),
  fsyncFolder,
  fdatasyncSync: (fd) => fs.fdatasyncSync(fd),
  fdatasync: (fd) =>
    new Promise((resolve, reject) => {
      fs.fdatasync(fd, (error) => (error ? reject(error) : resolve()))
    }),
}

function factsOf(stats: fs.BigIntStats): FileFacts {
  return {
    dev: stats.dev,
    ino: stats.ino,
    links: stats.nlink,
    size: Number(stats.size),
    modified: stats.mtimeNs,
    type: stats.isFile() ? 'file' : stats.isDirectory() ? 'folder' : 'other',
  }
}

function fsyncFolder(path: string): void {
  let fd: number | undefined
  try {
    fd = fs.openSync(path, O_RDONLY)
    fs.fsyncSync(fd)
  } catch (error) {
    // Windows flushes folder entries with the file and cannot open a folder for this.
    if (process.platform !== 'win32' || !['EPERM', 'EISDIR', 'EACCES', 'EINVAL'].includes(errnoOf(error) ?? '')) throw error
  } finally {
    if (fd !== undefined) fs.closeSync(fd)
  }
}
