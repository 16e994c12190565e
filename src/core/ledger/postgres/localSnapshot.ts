import { createHash } from 'node:crypto'
import { readFileSync, renameSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { errnoOf } from '../../errors.js'
import { onceLetGo } from '../../heldFiles.js'
import type { Machine } from '../port.js'
import type { Replica, ReplicaBase } from '../replica.js'

const FORMAT = 1
/** Sums that are kept, to see that a late line belongs to another branch. */
const SUMS = 100
/** ms after which somebody's attempt to write counts as left behind. */
const LEFT_BEHIND = 60_000

type Header = { format: number; fold: string } & Omit<ReplicaBase<unknown>, 'state'>

/** The state behind a line, kept on this machine so that opening reads only what came since. Can always be deleted. */
export class LocalSnapshot<S, E> {
  constructor(private readonly path: string, private readonly machine: Machine<S, E>) {}

  /** @returns undefined where there is none that this version can go on with; whatever is wrong with it, the database has it all */
  read(): ReplicaBase<S> | undefined {
    try {
      const text = readFileSync(this.path, 'utf8')
      const end = text.lastIndexOf('\n', text.length - 2) + 1
      if (text.slice(end).trim() !== sumOf(text.slice(0, end))) return undefined
      const [first = '', ...texts] = text.slice(0, end - 1).split('\n')
      const { format, fold, ...base } = JSON.parse(first) as Header
      return format === FORMAT && fold === this.machine.foldId ? { ...base, state: this.machine.load(texts) } : undefined
    } catch {
      return undefined
    }
  }

  /** When it was written, in ms since 1970. */
  keptAt(): number {
    return statSync(this.path).mtimeMs
  }

  /** Where it cannot be written, opening takes longer. */
  write({ id, stamp, chain, repairedAt, minWriter, facts, state, blocked }: Replica<S, E>): void {
    if (blocked !== undefined || chain.seq === 0) return
    const header: Header = { format: FORMAT, fold: this.machine.foldId, id, stamp, sums: chain.remembered().slice(-SUMS), repairedAt, minWriter, facts }
    const text = `${[JSON.stringify(header), ...this.machine.dump(state)].join('\n')}\n`
    const temporary = `${this.path}.tmp`
    try {
      writeNew(temporary, `${text}${sumOf(text)}\n`)
      onceLetGo(() => renameSync(temporary, this.path))
    } catch {
      // Somebody else is at it, or the disk is full.
    }
  }
}

function writeNew(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    const left = errnoOf(error) === 'EEXIST' ? Date.now() - statSync(path).mtimeMs > LEFT_BEHIND : errnoOf(error) === 'ENOSPC'
    if (left) unlinkSync(path)
    throw error
  }
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}
