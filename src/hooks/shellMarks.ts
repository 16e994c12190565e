import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { realpathOrSelf, treeOf } from '../core/system/locate.js'
import type { HookCall } from './call.js'
import { isFields } from './json.js'
import type { Place } from './place.js'
import { writesOf } from './shellWrites.js'

/** ms after which the mark of a command that never ended is over. */
const OVER = 24 * 60 * 60_000
/** Bytes of a mark that is read. */
const LARGEST = 1_000_000

/** What was noted before a shell command. */
export interface Begun {
  /** By the clock of the disk, which files are dated by, in ms. */
  at: number
  /** What it says it writes. */
  files: readonly { path: string; existed: boolean }[]
  /** It has git put files of this tree back. */
  git: boolean
}

/** Before a shell command: notes what it says it writes, where it says so. Opens no records, and stops no command: what cannot be noted is not. */
export function markShell(call: HookCall, { folder, cwd }: Place): void {
  const { files, git } = writesOf(call.shell ?? '', cwd)
  if (files.length + git.length === 0) return
  try {
    const root = treeOf(realpathOrSelf(cwd))?.root
    const own = git.some((path) => treeOf(realpathOrSelf(path))?.root === root)
    const marks = join(folder, 'hooks')
    mkdirSync(marks, { recursive: true, mode: 0o700 })
    // A link that somebody put there leads elsewhere.
    if (!lstatSync(marks).isDirectory()) return
    collect(marks)
    const path = join(marks, markOf(call))
    rmSync(path, { force: true })
    writeFileSync(path, JSON.stringify({ files: files.map((file) => ({ path: file, existed: changedAt(file) !== undefined })), git: own }), { flag: 'wx', mode: 0o600 })
  } catch {
    // The command matters more than a note of it.
  }
}

/** After it: reads the note and removes it. What anybody else put in its place is no note. */
export function takeMark(call: HookCall, place: Place): Begun | undefined {
  const path = join(place.folder, 'hooks', markOf(call))
  let file: number | undefined
  try {
    file = openSync(path, constants.O_RDONLY | ((constants.O_NOFOLLOW as number | undefined) ?? 0))
    const stat = fstatSync(file)
    const given: unknown = stat.isFile() && stat.size <= LARGEST ? JSON.parse(readFileSync(file, 'utf8')) : undefined
    if (!isFields(given) || !Array.isArray(given['files'])) return undefined
    const files = (given['files'] as unknown[]).flatMap((one) => (isFields(one) && typeof one['path'] === 'string' ? [{ path: one['path'], existed: one['existed'] === true }] : []))
    return { at: stat.mtimeMs, files, git: given['git'] === true }
  } catch {
    return undefined
  } finally {
    if (file !== undefined) {
      closeSync(file)
      rmSync(path, { force: true })
    }
  }
}

/** When a file was last written, renamed or made, in ms; undefined where none is. */
export function changedAt(path: string): number | undefined {
  try {
    const stat = lstatSync(path)
    return stat.isFile() ? stat.ctimeMs : undefined
  } catch {
    return undefined
  }
}

/** The same before and after, and another for each conversation and command. */
function markOf({ client, conversation, subagent, shell }: HookCall): string {
  return createHash('sha256').update(JSON.stringify([client, conversation, subagent, shell])).digest('hex').slice(0, 32)
}

function collect(marks: string): void {
  for (const name of readdirSync(marks)) {
    const stat = /^[0-9a-f]{32}$/.test(name) ? lstatSync(join(marks, name), { throwIfNoEntry: false }) : undefined
    if (stat && Date.now() - stat.mtimeMs > OVER) rmSync(join(marks, name), { force: true, recursive: stat.isDirectory() })
  }
}
