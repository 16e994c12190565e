import { tell } from '../../tell.js'
import { MAX_LINE } from '../line.js'
import type { FileFacts, LedgerFs, OpenMode } from './ledgerFs.js'
import { notOurs } from './problems.js'

/** What the receiver of a line wants next. `refuse`: stop, and give the same line again next time. */
export type Next = 'go on' | 'stop' | 'refuse'
/** @param after Where in the file the line ends, its `\n` included. */
export type LineReceiver = (bytes: Buffer, start: number, end: number, after: number) => Next

/** Bytes before the offset that are compared on every read: more than the tail of a line, so they differ where lines do. */
const REMEMBERED = 64
const SMALL_READ = 64 * 1024
const LARGE_READ = 1024 * 1024

/** One segment file, open, and how far its lines were taken. */
export class SegmentTail {
  /** Where the next line begins. */
  offset = 0
  /** Bytes without `\n` stand at the end: a write that was cut off, or one that is not finished. */
  tailOpen = false
  readonly facts: FileFacts
  private readonly before = Buffer.alloc(REMEMBERED)
  private readonly small = Buffer.allocUnsafe(SMALL_READ)
  /** Inside a line that is too long already. */
  private skipping = false
  private closed = false

  /** @throws system errors; MusterError FOLDER_UNUSABLE for anything but a regular file with one link. */
  constructor(
    private readonly fs: LedgerFs,
    readonly path: string,
    readonly number: number,
    mode: OpenMode,
  ) {
    this.fd = fs.open(path, mode)
    try {
      this.facts = fs.fstat(this.fd)
      if (this.facts.type !== 'file') throw notOurs(path, tell`is not a regular file`)
      if (this.facts.links > 1n) throw notOurs(path, tell`has a second name (hard link)`)
    } catch (error) {
      fs.close(this.fd)
      throw error
    }
  }

  readonly fd: number

  /** Whether the path still leads to this very file, and to nothing else. */
  isInPlace(): boolean {
    const there = this.fs.stat(this.path)
    const here = this.fs.fstat(this.fd)
    return there !== undefined && there.ino === here.ino && there.dev === here.dev && here.links === 1n
  }

  /** Whether this is what is left of a segment that was moved to the archive. */
  isStub(): boolean {
    const start = Buffer.alloc(STUB.length)
    return this.fs.read(this.fd, start, 0, start.length, 0) === start.length && start.equals(STUB)
  }

  /** In the middle of what is longer than any line may be. */
  get isEndless(): boolean {
    return this.skipping
  }

  /** Goes on where another descriptor of the same file is. */
  resume(other: SegmentTail): void {
    this.offset = other.offset
    this.tailOpen = other.tailOpen
    this.skipping = other.skipping
    other.before.copy(this.before)
  }

  /**
   * Begins behind the line that ends at `offset`, where that is the line with this sum.
   * @returns false, and stays as it is, where something else stands there. @throws system errors
   */
  startBehind(offset: number, sum: string): boolean {
    const kept = Math.min(REMEMBERED, offset)
    const bytes = Buffer.alloc(kept)
    if (this.fs.read(this.fd, bytes, 0, kept, offset - kept) !== kept || !bytes.toString('latin1').endsWith(`,"sum":"${sum}"}\n`)) return false
    bytes.copy(this.before, REMEMBERED - kept)
    this.offset = offset
    return true
  }

  /**
   * Hands over complete lines that were not taken yet. One `pread` when there are none.
   * @returns false if the file is shorter than it was, or holds other bytes before the offset. @throws system errors
   */
  read(receive: LineReceiver): boolean {
    let buffer: Buffer = this.small
    for (;;) {
      const kept = Math.min(REMEMBERED, this.offset)
      const base = this.offset - kept
      const length = this.fs.read(this.fd, buffer, 0, buffer.length, base)
      if (length < kept || buffer.compare(this.before, REMEMBERED - kept, REMEMBERED, 0, kept) !== 0) return false
      const next = this.take(buffer, kept, length, base, receive)
      if (next !== 'go on') return true
      if (length < buffer.length) {
        this.tailOpen = this.skipping || base + length > this.offset
        return true
      }
      buffer = large()
    }
  }

  /** The bytes from `from` up to the offset. @throws system errors */
  bytesFrom(from: number): Buffer {
    const bytes = Buffer.allocUnsafe(this.offset - from)
    let read = 0
    while (read < bytes.length) {
      const count = this.fs.read(this.fd, bytes, read, bytes.length - read, from + read)
      if (count === 0) break
      read += count
    }
    return bytes.subarray(0, read)
  }

  close(): void {
    if (this.closed) return
    this.closed = true
    this.fs.close(this.fd)
  }

  private take(buffer: Buffer, from: number, length: number, base: number, receive: LineReceiver): Next {
    const bytes = buffer.subarray(0, length)
    let start = from
    let next: Next = 'go on'
    while (next === 'go on') {
      const end = bytes.indexOf(0x0a, start)
      if (end < 0) {
        // More than any line may have, and no end: forget it up to the next newline.
        if (length - start >= MAX_LINE) {
          this.skipping = true
          start = length
        }
        break
      }
      // Where the part of an overlong line that is still in the buffer begins is chance: nobody may read it as a line.
      next = receive(bytes, this.skipping ? end : start, end, base + end + 1)
      if (next === 'refuse') break
      this.skipping = false
      start = end + 1
    }
    if (start > from) {
      const kept = Math.min(REMEMBERED, base + start)
      bytes.copy(this.before, REMEMBERED - kept, start - kept, start)
      this.offset = base + start
    }
    return next
  }
}

const STUB = Buffer.from('{"archived":')

let largeBuffer: Buffer | undefined

/** Reading is synchronous: one buffer serves all, and only who reads much gets it. */
function large(): Buffer {
  largeBuffer ??= Buffer.allocUnsafe(LARGE_READ)
  return largeBuffer
}
