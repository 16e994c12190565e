import { lstatSync, mkdirSync, readlinkSync, renameSync, rmdirSync, rmSync, symlinkSync } from 'node:fs'
import { basename, dirname, isAbsolute, join } from 'node:path'
import { onceLetGo } from '../core/heldFiles.js'

/* A hook that is not a shell script is kept in a folder beside, under its own name: many look at that to know what they are to do. */

const FOLDER = 'before-muster'

/** Where the hook that was at `path` is kept. */
function formerPath(path: string): string {
  return join(dirname(path), FOLDER, basename(path))
}

/** Calls it; in a hook of ours. One that was switched off, by taking its executable bit, stays so. */
export const callFormer = `muster_former="\${0%/*}/${FOLDER}/\${0##*/}"\nif [ -x "$muster_former" ]; then exec "$muster_former" "$@"; fi\n`

export function hasFormer(path: string): boolean {
  return lstatSync(formerPath(path), { throwIfNoEntry: false }) !== undefined
}

export function putAside(path: string): void {
  mkdirSync(dirname(formerPath(path)), { recursive: true })
  move(path, formerPath(path), (target) => join('..', target))
}

export function putBack(path: string): void {
  move(formerPath(path), path, (target) => target.replace(/^\.\.[/\\]/, ''))
  try {
    rmdirSync(dirname(formerPath(path)))
  } catch {
    // Others are kept there.
  }
}

/** Links are made anew: where a relative one leads depends on where it stands. */
function move(from: string, to: string, moved: (target: string) => string): void {
  const target = lstatSync(from).isSymbolicLink() ? readlinkSync(from) : undefined
  if (target === undefined || isAbsolute(target)) return onceLetGo(() => renameSync(from, to))
  // Before the old one goes; what is at the place of the hook is ours.
  rmSync(to, { force: true })
  symlinkSync(moved(target), to)
  rmSync(from)
}
