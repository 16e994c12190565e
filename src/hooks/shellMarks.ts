import { createHash } from 'node:crypto'
import { closeSync, constants, fstatSync, lstatSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { openPlainSync } from '../core/plainFiles.js'
import { announcedBy, changedAt } from '../core/system/shellAnnounced.js'
import type { Begun } from '../core/system/shellChanges.js'
import type { HookCall } from './call.js'
import { isFields } from './json.js'
import type { Place } from './place.js'

/** ms after which the mark of a command that never ended is over. */
const OVER = 24 * 60 * 60_000
/** Bytes of a mark that is read. */
const LARGEST = 1_000_000

/** Before a shell command: notes what it says it writes, where it says so. Opens no records, and stops no command: what cannot be noted is not. */
export function markShell(call: HookCall, { folder, cwd }: Place): void {
  try {
    const announced = announcedBy(call.shell ?? '', cwd, (path) => changedAt(path) !== undefined)
    if (announced === undefined) return
    const marks = join(folder, 'hooks')
    mkdirSync(marks, { recursive: true, mode: 0o700 })
    // A link that somebody put there leads elsewhere.
    if (!lstatSync(marks).isDirectory()) return
    collect(marks)
    const path = join(marks, markOf(call))
    rmSync(path, { force: true })
    writeFileSync(path, JSON.stringify(announced), { flag: 'wx', mode: 0o600 })
  } catch {
    // The command matters more than a note of it.
  }
}

/** After it: reads the note and removes it. What anybody else put in its place is no note. */
export function takeMark(call: HookCall, place: Place): Begun | undefined {
  const path = join(place.folder, 'hooks', markOf(call))
  let file: number | undefined
  try {
    file = openPlainSync(path, constants.O_RDONLY)
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
