import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { randomUUID } from 'node:crypto'
import { errnoOf } from '../core/errors.js'
import type { ToldBefore, ToldSoFar } from './toasts.js'

/** A line of the file: what one toast was for, or, without a number, what needs none. */
interface Line {
  /** Number of the toast: the first line with it is the one that counts, any other window came too late. */
  toast?: number
  by: string
  /** Ms since 1970. */
  at: number
  ids: readonly string[]
}

/**
 * What was told about one set of records by all windows of this editor: a file that each of them adds lines to, so that they
 * share one budget of toasts and nothing is told twice. A new file is begun each month; what is older than the last is forgotten.
 */
export class ToldLog implements ToldBefore {
  private readonly me = randomUUID()
  /** Where the file cannot be used: what this window told. */
  private readonly own: Line[] = []

  /**
   * @param name of the files, without an ending; undefined where the editor keeps nothing
   * @param report hears of a file that cannot be read or written; then this window counts for itself
   */
  constructor(private readonly name: string | undefined, private readonly now: () => number, private readonly report: (error: unknown) => void) {}

  read(): ToldSoFar {
    const ids = new Set<string>()
    let toasts = 0
    let last: number | undefined
    for (const line of this.lines()) {
      if (line.toast !== undefined && line.toast <= toasts) continue
      for (const id of line.ids) ids.add(id)
      if (line.toast === undefined) continue
      toasts = line.toast
      last = line.at
    }
    return { ids, last, toasts }
  }

  take(ids: readonly string[], { toasts }: ToldSoFar): boolean {
    const number = toasts + 1
    this.add({ toast: number, by: this.me, at: this.now(), ids })
    const first = this.lines().find(({ toast }) => toast === number)
    // A file that can be written and not be read.
    if (first === undefined) this.own.push({ toast: number, by: this.me, at: this.now(), ids })
    return first === undefined || first.by === this.me
  }

  note(ids: readonly string[]): void {
    this.add({ by: this.me, at: this.now(), ids })
  }

  private add(line: Line): void {
    const [file] = this.files()
    if (file === undefined) return void this.own.push(line)
    try {
      mkdirSync(dirname(file), { recursive: true })
      // Begins a line of its own, whatever a window that was killed has left behind.
      appendFileSync(file, `\n${JSON.stringify(line)}\n`)
      this.forget()
    } catch (error) {
      this.own.push(line)
      this.report(error)
    }
  }

  private lines(): Line[] {
    return [...this.files().reverse().flatMap((file) => this.linesOf(file)), ...this.own]
  }

  private linesOf(file: string): Line[] {
    try {
      return readFileSync(file, 'utf8').split('\n').flatMap((text) => parse(text) ?? [])
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') this.report(error)
      return []
    }
  }

  /** Of this month and the one before. */
  private files(): string[] {
    if (this.name === undefined) return []
    const date = new Date(this.now())
    const before = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() - 1, 1))
    return [date, before].map((one) => `${this.name}-${one.toISOString().slice(0, 7)}.jsonl`)
  }

  private forget(): void {
    const kept = this.files()
    const folder = dirname(kept[0]!)
    for (const entry of readdirSync(folder)) {
      const file = join(folder, entry)
      // Also those of records that are not used any more.
      if (/-\d{4}-\d{2}\.jsonl$/.test(entry) && kept.every((one) => entry.slice(-13) !== one.slice(-13))) rmSync(file, { force: true })
    }
  }
}

function parse(text: string): Line | undefined {
  if (text === '') return undefined
  try {
    const line = JSON.parse(text) as Partial<Line> | null
    const fits = typeof line === 'object' && line !== null && Array.isArray(line.ids) && typeof line.by === 'string' && typeof line.at === 'number' && (line.toast === undefined || typeof line.toast === 'number')
    return fits ? (line as Line) : undefined
  } catch {
    // The rest of a line whose writer was killed.
    return undefined
  }
}
