import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { lookAt, treeOf } from '../core/system/locate.js'
import { writeWhole } from '../core/wholeFiles.js'
import { valueOf } from './json.js'
import { changesOf, type Change, type FileEdit, type Place, type Read } from './plan.js'

/*
 * What is ours is known by how it looks, wherever it came from, and can be taken out of any file. What that leaves is not
 * always what was there before: an empty list that we filled, or a file with nothing in it, looks like our own. Of such
 * files the text from before is kept in the git directory, and put back if nobody has changed them since.
 */

/** By file: its text before it was connected, and the SHA-256 of what was written then. */
export type Undo = Readonly<Record<string, { before: string; after: string }>>

/** What is to be kept once these changes are written, which put ours in. */
export function keptFor(known: Undo, edits: readonly FileEdit[], changes: readonly Change[], read: Read): Undo {
  const written = new Map(changes.map(({ file, after }) => [file, after]))
  const had = new Set(changesOf(edits, 'take', read).map(({ file }) => file))
  const left = new Map(changesOf(edits, 'take', (file) => (written.has(file) ? written.get(file) : read(file))).map(({ file, after }) => [file, after]))
  const undo = { ...known }
  for (const { file, before, after } of changes) {
    const was = before !== undefined && isAsWritten(undo[file], before) ? undo[file]!.before : had.has(file) ? undefined : before
    delete undo[file]
    if (was !== undefined && after !== undefined && left.get(file) !== was) undo[file] = { before: was, after: hashOf(after) }
  }
  return undo
}

/** Changes that take ours out: back to the text from before, where nothing else has changed since. */
export function restored(known: Undo, changes: readonly Change[]): Change[] {
  return changes.map((change) => (change.before !== undefined && isAsWritten(known[change.file], change.before) ? { ...change, after: known[change.file]!.before } : change))
}

/** What is to be kept once these changes are written, which take ours out. */
export function keptWithout(known: Undo, changes: readonly Change[]): Undo {
  return Object.fromEntries(Object.entries(known).filter(([file]) => !changes.some((change) => change.file === file)))
}

function isAsWritten(one: Undo[string] | undefined, text: string): boolean {
  return one?.after === hashOf(text)
}

function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

/** What is kept of a working tree; nothing where it cannot be read. */
export function readUndo(place: Place): Undo {
  const file = undoFile(place)
  try {
    const kept = file === undefined ? undefined : valueOf(readFileSync(file, 'utf8'))
    return isUndo(kept) ? kept : {}
  } catch {
    return {}
  }
}

function isUndo(kept: unknown): kept is Undo {
  return typeof kept === 'object' && kept !== null && Object.values(kept).every((one: Undo[string] | null) => typeof one?.before === 'string' && typeof one.after === 'string')
}

/** Keeps it, for this user alone: settings may hold secrets. Without a place to write it, taking out goes by looks only. */
export function writeUndo(place: Place, undo: Undo): void {
  const file = undoFile(place)
  if (file === undefined || JSON.stringify(undo) === JSON.stringify(readUndo(place))) return
  try {
    if (Object.keys(undo).length === 0) return rmSync(file, { force: true })
    mkdirSync(dirname(file), { recursive: true })
    writeWhole(file, JSON.stringify(undo), 0o600)
  } catch {
    // A git directory that may not be written to.
  }
}

/** In the git directory of the working tree, which goes with it; without git, beside the records, where there are any. */
function undoFile({ root, folder }: Place): string | undefined {
  const gitDir = treeOf(root)?.gitDir
  if (gitDir !== undefined) return join(gitDir, 'muster', 'connected.json')
  return lookAt(folder)?.isDirectory() ? join(folder, 'connected.json') : undefined
}
