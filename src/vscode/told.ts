import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { errnoOf } from '../core/errors.js'
import type { ToldBefore } from './toasts.js'

/** So many of the newest are remembered. */
const LIMIT = 500

/**
 * What one identity was told, in a file of its own: windows of one workspace speak for different identities, and share what
 * the editor keeps for a workspace. An identity has one living window, so nobody else writes the file.
 */
export class Told implements ToldBefore {
  private readonly known: Set<string>

  /** @param report hears of a file that cannot be read or written; then this is remembered while the window lives */
  constructor(private readonly file: string | undefined, private readonly report: (error: unknown) => void) {
    this.known = new Set(this.read())
  }

  has(id: string): boolean {
    return this.known.has(id)
  }

  add(ids: readonly string[]): void {
    for (const id of ids) this.known.add(id)
    if (this.file === undefined) return
    try {
      mkdirSync(dirname(this.file), { recursive: true })
      const unfinished = `${this.file}.${process.pid}.tmp`
      writeFileSync(unfinished, JSON.stringify([...this.known].slice(-LIMIT)))
      renameSync(unfinished, this.file)
    } catch (error) {
      this.report(error)
    }
  }

  private read(): readonly string[] {
    if (this.file === undefined) return []
    try {
      const ids: unknown = JSON.parse(readFileSync(this.file, 'utf8'))
      if (!Array.isArray(ids)) throw new TypeError(`${this.file} holds no list`)
      return ids.filter((id): id is string => typeof id === 'string')
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') this.report(error)
      return []
    }
  }
}
