import { createHash } from 'node:crypto'
import { lstatSync, mkdirSync, readFileSync, realpathSync, rmdirSync, rmSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'
import { MusterError } from '../core/errors.js'
import { tell } from '../core/tell.js'
import { writeWhole } from '../core/wholeFiles.js'
import { fullPlan, ownPlan, sharedEdits } from './clients.js'
import { changesOf, connectable, notesOf, type Change, type Connectable, type Place } from './plan.js'
import { keptFor, keptWithout, readUndo, restored, writeUndo, type Undo } from './undo.js'

export interface Planned {
  changes: readonly Change[]
  notes: readonly string[]
  /** What is kept of the files from before, once the changes are written. */
  undo: Undo
}

/** What connecting a client would change. @throws MusterError INVALID_INPUT where a file is damaged, or not ours to change */
export function planConnect(client: Connectable, place: Place): Planned {
  const { edits, notes } = fullPlan(client, place)
  const read = reader(place)
  const changes = changesOf(edits, 'put', read)
  return { changes, notes: [...notesOf(edits, read), ...notes], undo: keptFor(readUndo(place), edits, changes, read) }
}

/** What taking it out would change. The section for agents stays while another client is connected. */
export function planDisconnect(client: Connectable, place: Place): Planned {
  const read = reader(place)
  const others = connectable.some((other) => other !== client && isConnected(other, place))
  const edits = [...ownPlan(client, place).edits, ...(others ? [] : sharedEdits)]
  const undo = readUndo(place)
  const changes = restored(undo, changesOf(edits, 'take', read))
  return { changes, undo: keptWithout(undo, changes), notes: others ? [tell`The section in AGENTS.md stays, for the other agents that are connected.`] : [] }
}

/** Names changes, so that what is written can be held to what was shown. */
export function nameOfPlan(changes: readonly Change[]): string {
  return createHash('sha256').update(JSON.stringify(changes.map(({ file, before, after }) => [file, before ?? null, after ?? null]))).digest('hex').slice(0, 16)
}

/** Whether something of ours is in the client's own files. */
export function isConnected(client: Connectable, place: Place): boolean {
  const { edits } = ownPlan(client, place)
  try {
    return changesOf(edits, 'take', reader(place)).length > 0
  } catch (error) {
    if (error instanceof MusterError) return false
    throw error
  }
}

/**
 * Writes what was planned, each file whole or not at all.
 * @throws MusterError INVALID_INPUT where a file has changed since, or leads out of the project; those before it are written
 */
export function applyPlanned({ changes, undo }: Omit<Planned, 'notes'>, place: Place): void {
  const { root } = place
  // What may be needed of both, should this stop halfway.
  writeUndo(place, { ...readUndo(place), ...undo })
  for (const { file, before, after } of changes) {
    const path = safePath(root, file)
    const now = textOf(path)
    if (now === after) continue
    if (now !== before) throw new MusterError('INVALID_INPUT', tell`${file} was changed meanwhile, so it was left alone.`, { hint: tell`Connect again.` })
    if (after === undefined) remove(root, path)
    else write(path, after)
  }
  writeUndo(place, undo)
}

function reader({ root }: Place): (file: string) => string | undefined {
  return (file) => textOf(safePath(root, file))
}

/** Where a file really is: a link is written through, but not out of the project. */
function safePath(root: string, file: string): string {
  const path = join(root, ...file.split('/'))
  const base = realpathSync.native(root)
  for (let at = path; ; at = dirname(at)) {
    const found = lstatSync(at, { throwIfNoEntry: false })
    if (!found) continue
    const real = realOf(at)
    if (real === undefined || (real !== base && !real.startsWith(base + sep))) {
      throw new MusterError('INVALID_INPUT', tell`${file} is a link that leads out of the project, so it was left alone.`, { hint: tell`Change it by hand; docs/connect.md says how.` })
    }
    return join(real, relative(at, path))
  }
}

function realOf(path: string): string | undefined {
  try {
    return realpathSync.native(path)
  } catch {
    return undefined
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ENOTDIR') return undefined
    throw error
  }
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  const mode = lstatSync(path, { throwIfNoEntry: false })?.mode
  writeWhole(path, text, mode === undefined ? 0o644 : mode & 0o777)
}

/** The file, and the folders that held nothing else. */
function remove(root: string, path: string): void {
  rmSync(path)
  for (let folder = dirname(path); folder !== root && folder.startsWith(root + sep); folder = dirname(folder)) {
    try {
      rmdirSync(folder)
    } catch {
      return
    }
  }
}
