import { dirname, basename } from 'node:path'
import type { FileFacts, LedgerFs, OpenMode } from '../../../../src/core/ledger/folder/ledgerFs.js'
import type { Random } from './random.js'

/** Bytes of one write, and where they are: only in memory, on disk, or in memory and taken for written after a failed flush. */
interface Extent {
  start: number
  end: number
  state: 'dirty' | 'durable' | 'lost'
}

export interface SimFile {
  ino: number
  type: 'file' | 'folder'
  data: Buffer
  extents: Extent[]
  links: number
  modified: number
  /** Folders: names as seen, and as they would be after a power loss. */
  entries: Map<string, SimFile>
  durableEntries: Map<string, SimFile>
}

interface Descriptor {
  file: SimFile
  mode: OpenMode
}

/** What goes wrong, decided by the test before every call. Returning an errno makes the call fail with it. */
export type Fault = (call: keyof LedgerFs, path: string, disk: SimulatedDisk) => string | undefined

/** A file system in memory that forgets on power loss what was not flushed, in the ways real ones may. */
export class SimulatedDisk {
  readonly root: SimFile
  /** Flushes answer without flushing. */
  lying = { file: false, folder: false }
  private inodes = 1
  private time = 1
  private readonly open = new Map<number, Descriptor>()
  private descriptors = 10

  constructor(readonly mountPoint = '/disk') {
    this.root = this.make('folder')
  }

  /** Bytes of a write that reach the file, and whether the caller hears of the rest. */
  append(fd: number, bytes: Buffer, count = bytes.length): number {
    const { file } = this.of(fd)
    const start = file.data.length
    file.data = Buffer.concat([file.data, bytes.subarray(0, count)])
    if (count > 0) file.extents.push({ start, end: start + count, state: 'dirty' })
    file.modified = this.time++
    return count
  }

  /** Everything that was not flushed is lost, or partly lost, or there with holes. */
  powerLoss(random: Random): void {
    this.open.clear()
    const forget = (folder: SimFile): void => {
      const entries = new Map(folder.durableEntries)
      // Names that were made, replaced or removed since the folder was flushed: as they were, or as they are.
      for (const [name, file] of folder.entries) if (entries.get(name) !== file && random.chance(0.5)) entries.set(name, file)
      for (const name of folder.durableEntries.keys()) if (!folder.entries.has(name) && random.chance(0.5)) entries.delete(name)
      folder.entries = entries
      folder.durableEntries = new Map(entries)
      for (const file of entries.values()) file.type === 'folder' ? forget(file) : this.tear(file, random)
    }
    forget(this.root)
  }

  private tear(file: SimFile, random: Random): void {
    const durableEnd = Math.max(0, ...file.extents.filter((extent) => extent.state === 'durable').map((extent) => extent.end))
    const length = durableEnd + random.below(file.data.length - durableEnd + 1)
    for (const { start, end, state } of file.extents) {
      if (state === 'durable' || start >= length) continue
      // A page that was not written reads as zeros where the length already covers it.
      if (random.chance(0.35)) file.data.fill(0, start + (random.chance(0.5) ? random.below(end - start) : 0), end)
    }
    file.data = Buffer.from(file.data.subarray(0, length))
    file.extents = length > 0 ? [{ start: 0, end: length, state: 'durable' }] : []
  }

  /** A failed flush: the pages count as clean from now on, and are not on disk. */
  failFlush(fd: number): void {
    for (const extent of this.of(fd).file.extents) if (extent.state === 'dirty') extent.state = 'lost'
  }

  flush(fd: number): void {
    if (this.lying.file) return
    for (const extent of this.of(fd).file.extents) if (extent.state === 'dirty') extent.state = 'durable'
  }

  find(path: string): SimFile | undefined {
    if (path === this.mountPoint) return this.root
    if (!path.startsWith(this.mountPoint + '/')) return undefined
    let file: SimFile | undefined = this.root
    for (const name of path.slice(this.mountPoint.length + 1).split('/')) file = file?.entries.get(name)
    return file
  }

  /** The whole port on this disk. Calls happen at once; {@link Fault} may make them fail. */
  fs(fault: Fault = () => undefined): LedgerFs {
    const guard = (call: keyof LedgerFs, path: string): void => {
      const errno = fault(call, path, this)
      if (errno !== undefined) throw systemError(errno, call, path)
    }
    const pathOf = (fd: number): string => `fd:${fd}`
    const flush = (call: 'fdatasync' | 'fdatasyncSync' | 'fsync', fd: number): void => {
      try {
        guard(call, pathOf(fd))
      } catch (error) {
        this.failFlush(fd)
        throw error
      }
      this.flush(fd)
    }
    return {
      open: (path, mode) => (guard('open', path), this.openFile(path, mode)),
      close: (fd) => void this.open.delete(fd),
      read: (fd, buffer, offset, length, position) => (guard('read', pathOf(fd)), this.read(fd, buffer, offset, length, position)),
      append: (fd, bytes) => (guard('append', pathOf(fd)), this.append(fd, bytes)),
      writeAt: (fd, bytes, position) => (guard('writeAt', pathOf(fd)), this.writeAt(fd, bytes, position)),
      fstat: (fd) => (guard('fstat', pathOf(fd)), this.facts(this.of(fd).file)),
      stat: (path) => {
        guard('stat', path)
        const file = this.find(path)
        return file && this.facts(file)
      },
      readdir: (path) => (guard('readdir', path), [...this.folder(path, 'readdir').entries.keys()]),
      mkdir: (path) => (guard('mkdir', path), void this.enter(path, 'mkdir', this.make('folder'))),
      rename: (from, to) => (guard('rename', from), this.rename(from, to)),
      unlink: (path) => (guard('unlink', path), this.unlink(path)),
      fsync: (fd) => flush('fsync', fd),
      fsyncFolder: (path) => {
        guard('fsyncFolder', path)
        const folder = this.folder(path, 'fsync')
        if (!this.lying.folder) folder.durableEntries = new Map(folder.entries)
      },
      fdatasyncSync: (fd) => flush('fdatasyncSync', fd),
      fdatasync: async (fd) => {
        await Promise.resolve()
        flush('fdatasync', fd)
      },
    }
  }

  unlink(path: string): void {
    const file = this.find(path)
    if (file === undefined) throw systemError('ENOENT', 'unlink', path)
    file.links--
    this.folder(dirname(path), 'unlink').entries.delete(basename(path))
  }

  /** Puts a file with these bytes at a path, on disk, instead of what was there. */
  plant(path: string, data: Buffer): void {
    const file = this.make('file')
    file.data = Buffer.from(data)
    file.extents = [{ start: 0, end: data.length, state: 'durable' }]
    const folder = this.folder(dirname(path), 'plant')
    folder.entries.set(basename(path), file)
    folder.durableEntries.set(basename(path), file)
  }

  private read(fd: number, buffer: Buffer, offset: number, length: number, position: number): number {
    const { data } = this.of(fd).file
    return position >= data.length ? 0 : data.copy(buffer, offset, position, position + length)
  }

  private writeAt(fd: number, bytes: Buffer, position: number): number {
    const { file } = this.of(fd)
    bytes.copy(file.data, position)
    for (const extent of file.extents) if (extent.start < position + bytes.length && extent.end > position) extent.state = 'dirty'
    return bytes.length
  }

  private openFile(path: string, mode: OpenMode): number {
    const there = this.find(path)
    if (mode === 'create' && there !== undefined) throw systemError('EEXIST', 'open', path)
    if (mode !== 'create' && there === undefined) throw systemError('ENOENT', 'open', path)
    if (there?.type === 'folder') throw systemError('EISDIR', 'open', path)
    const file = there ?? this.enter(path, 'open', this.make('file'))
    const fd = this.descriptors++
    this.open.set(fd, { file, mode })
    return fd
  }

  private rename(from: string, to: string): void {
    const file = this.find(from)
    if (file === undefined) throw systemError('ENOENT', 'rename', from)
    const replaced = this.find(to)
    if (replaced !== undefined) replaced.links--
    this.folder(dirname(from), 'rename').entries.delete(basename(from))
    this.folder(dirname(to), 'rename').entries.set(basename(to), file)
  }

  private enter(path: string, call: string, file: SimFile): SimFile {
    const { entries } = this.folder(dirname(path), call)
    if (entries.has(basename(path))) throw systemError('EEXIST', call, path)
    entries.set(basename(path), file)
    return file
  }

  private folder(path: string, call: string): SimFile {
    const folder = this.find(path)
    if (folder === undefined) throw systemError('ENOENT', call, path)
    if (folder.type !== 'folder') throw systemError('ENOTDIR', call, path)
    return folder
  }

  private make(type: 'file' | 'folder'): SimFile {
    return { ino: this.inodes++, type, data: Buffer.alloc(0), extents: [], links: 1, modified: this.time++, entries: new Map(), durableEntries: new Map() }
  }

  private of(fd: number): Descriptor {
    const descriptor = this.open.get(fd)
    if (descriptor === undefined) throw systemError('EBADF', 'descriptor', String(fd))
    return descriptor
  }

  private facts(file: SimFile): FileFacts {
    return { dev: 1n, ino: BigInt(file.ino), links: BigInt(file.links), size: file.data.length, modified: BigInt(file.modified), type: file.type }
  }
}

export function systemError(code: string, call: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: ${call} '${path}'`), { code, syscall: call, path })
}
