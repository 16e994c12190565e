import { closeSync, writeSync } from 'node:fs'
import { basename } from 'node:path'
import { openPlainSync } from '../core/plainFiles.js'
import { APPEND } from './durable.js'

/**
 * A log of what a command prints. On a disk that is full the command goes on, which matters more: where there is room again the
 * log goes on too, and says how much is missing. Written at once, so that nothing waits in memory for a disk.
 */
export class OutputLog {
  private fd: number | undefined
  /** Bytes that could not be written since the last that could. */
  private missing = 0

  /** @param warn hears once, in a sentence, why nothing can be written; and again when that comes back */
  constructor(private readonly path: string, private readonly warn: (text: string) => void) {}

  write(chunk: Uint8Array): void {
    let at = 0
    try {
      this.fd ??= openPlainSync(this.path, APPEND, 0o666)
      if (this.missing > 0) {
        const note = Buffer.from(`\n[${this.missing} bytes are missing here: they could not be written]\n`)
        if (writeSync(this.fd, note) < note.length) throw new Error('there is no room on the disk')
        this.missing = 0
      }
      while (at < chunk.length) at += writeSync(this.fd, chunk, at)
    } catch (error) {
      if (this.missing === 0) this.warn(`${basename(this.path)} cannot be written, the command goes on: ${error instanceof Error ? error.message : String(error)}`)
      this.missing += chunk.length - at
    }
  }

  close(): void {
    if (this.fd !== undefined) closeSync(this.fd)
    this.fd = undefined
  }
}
