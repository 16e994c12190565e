import { closeSync, fdatasync, fstatSync, readSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'
import { openPlainSync } from '../core/plainFiles.js'
import { APPEND, unwritten } from './durable.js'

/**
 * A log of progress that is written while a command waits for nobody: each line is the system's before anything else is read
 * from it, so that killing all processes loses none. `sync` makes what was written outlast the power as well.
 */
export class ProgressLog {
  private fd: number | undefined
  /** The last line is not whole: of a process that was killed, or for want of room. */
  private torn = false

  constructor(private readonly path: string) {}

  /** @throws MusterError NOT_APPLIED where the disk refuses */
  write(line: string): void {
    try {
      if (this.fd === undefined) {
        this.fd = openPlainSync(this.path, APPEND, 0o666)
        this.torn = !endsWhole(this.fd)
      }
      const bytes = Buffer.from(`${this.torn ? '\n' : ''}${line}\n`)
      const written = writeSync(this.fd, bytes)
      this.torn = written > 0 ? written < bytes.length : this.torn
      if (written < bytes.length) throw Object.assign(new Error('short write'), { code: 'ENOSPC' })
    } catch (error) {
      throw unwritten(this.path, error)
    }
  }

  /** @throws MusterError NOT_APPLIED where the disk refuses */
  async sync(): Promise<void> {
    if (this.fd !== undefined) await promisify(fdatasync)(this.fd).catch((error: unknown) => Promise.reject(unwritten(this.path, error)))
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd)
    this.fd = undefined
  }
}

function endsWhole(fd: number): boolean {
  const { size } = fstatSync(fd)
  const last = Buffer.alloc(1)
  return size === 0 || (readSync(fd, last, 0, 1, size - 1) === 1 && last[0] === 10)
}
