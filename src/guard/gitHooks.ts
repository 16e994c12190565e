import { chmodSync, existsSync, lstatSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { posixQuoted } from '../core/posixShell.js'
import { writeWhole } from '../core/wholeFiles.js'
import { callFormer, hasFormer, putAside, putBack } from './formerHooks.js'
import { hooksPlace, isReached, workingTrees } from './hooksPlace.js'

/** The hooks that the guard takes part in. */
export const guardedHooks = ['pre-commit', 'pre-merge-commit', 'pre-push'] as const
export type GuardedHook = (typeof guardedHooks)[number]

export interface HookFile {
  hook: GuardedHook
  path: string
  /** installed: ours is in it. `added`: to a hook that was there; `wrapped`: that one is kept beside it and called. */
  state: 'absent' | 'alone' | 'added' | 'wrapped'
  /** It belongs to the project and goes to other machines with it. */
  shared: boolean
  /** It is one for all repositories: `core.hooksPath` is set for more than this one. */
  everywhere: boolean
  /** Git gets to it in this working tree. */
  reached: boolean
}

const begin = '# >>> muster guard: refuses to commit what another agent has locked; MUSTER_GUARD=off git commit lets it through; removed by: muster guard remove\n'
const end = '# <<< muster guard\n'
const block = /# >>> muster guard[^]*?# <<< muster guard\n/
const shebang = '#!/bin/sh\n'
const wrapper = `${shebang}${callFormer}`
const shells = new Set(['sh', 'bash', 'dash', 'zsh', 'ksh'])

/** @throws MusterError INVALID_INPUT outside of git */
export function hookFiles(cwd: string): HookFile[] {
  const place = hooksPlace(cwd)
  return guardedHooks.map((hook) => {
    const path = join(place.directory, hook)
    return { hook, path, state: stateOf(path), shared: place.tracked, everywhere: place.everywhere, reached: isReached(place, hook) }
  })
}

/** Roots of working trees of the repository in which git finds no guard: each may have hooks of its own. */
export function unguardedTrees(cwd: string): string[] {
  return workingTrees(cwd).filter((root) => hookFiles(root).some(({ state, reached }) => state === 'absent' || !reached))
}

function stateOf(path: string): HookFile['state'] {
  const text = textOf(path)
  if (text === undefined || !block.test(text)) return 'absent'
  const others = text.replace(block, '')
  if (others === shebang) return 'alone'
  return others === wrapper && hasFormer(path) ? 'wrapped' : 'added'
}

/**
 * Adds the guard to the hooks. A hook that is there is kept and called: a shell script gets a few lines at its beginning,
 * anything else is put beside. Doing it again brings those lines up to date.
 * @param fallback The command line to run where `muster` is not on the PATH (commits from an editor, say); for hooks of this machine only
 */
export function installGuard(cwd: string, fallback: readonly string[] | undefined): HookFile[] {
  const { directory, tracked } = hooksPlace(cwd)
  mkdirSync(directory, { recursive: true })
  for (const hook of guardedHooks) install(join(directory, hook), lines(hook, tracked ? undefined : fallback))
  return hookFiles(cwd)
}

function install(path: string, ours: string): void {
  const text = textOf(path)
  if (text !== undefined && block.test(text)) return replace(path, text.replace(block, () => ours))
  if (!existsEven(path)) return create(path, `${shebang}${ours}`)
  const found = lstatSync(path)
  const runs = (found.mode & 0o111) !== 0 || process.platform === 'win32' || basename(dirname(path)) === '.husky'
  const first = text !== undefined && runs && !found.isSymbolicLink() ? placeIn(text) : undefined
  if (first !== undefined) return replace(path, text!.slice(0, first) + ours + text!.slice(first))
  putAside(path)
  create(path, shebang + ours + wrapper.slice(shebang.length))
}

/** Takes the guard out again; what was there before is there as it was. */
export function removeGuard(cwd: string): HookFile[] {
  for (const { path, state } of hookFiles(cwd)) {
    if (state === 'alone') rmSync(path)
    if (state === 'wrapped') putBack(path)
    if (state === 'added') replace(path, readFileSync(path, 'utf8').replace(block, ''))
  }
  return hookFiles(cwd)
}

/** Where in a shell script lines can be added at its beginning; undefined in anything else. */
function placeIn(text: string): number | undefined {
  if (text.includes('\r') || text.includes('\0') || text.includes('\ufffd')) return undefined
  if (!text.startsWith('#!')) return 0
  const [line = ''] = text.split('\n', 1)
  const [program = '', ...words] = line.slice(2).trim().split(/\s+/)
  const named = basename(program) === 'env' ? words.find((word) => !word.startsWith('-')) ?? '' : program
  return shells.has(basename(named)) && text.length > line.length ? line.length + 1 : undefined
}

function lines(hook: GuardedHook, fallback: readonly string[] | undefined): string {
  const found = fallback === undefined ? '' : `  elif [ -f ${posixQuoted(fallback.at(-1) ?? '')} ]; then ${fallback.map(posixQuoted).join(' ')} "$@"\n`
  const input = hook === 'pre-push' ? 'muster_refs=$(cat)\n' : ''
  const given = hook === 'pre-push' ? 'printf \'%s\\n\' "$muster_refs" | ' : ''
  // What comes after reads the same input.
  const again = hook === 'pre-push' ? 'if [ -n "$muster_refs" ]; then exec <<MUSTER_REFS\n$muster_refs\nMUSTER_REFS\nelse exec </dev/null; fi\n' : ''
  return `${begin}${input}muster_guard() {
  if command -v muster >/dev/null 2>&1; then muster "$@"
${found}  else
    muster_home=\${MUSTER_FOLDER:-$(git rev-parse --git-common-dir)/../.muster}
    if [ ! -d "$muster_home" ]; then muster_home=$(git rev-parse --show-toplevel)/.muster; fi
    if [ ! -d "$muster_home" ]; then return 0; fi
    echo 'muster: not found on the PATH, so nobody looked whether others have locked these files.'
    if [ -z "\${MUSTER_GUARD-}" ] && grep -Eqs '"guard"[[:space:]]*:[[:space:]]*"closed"' "$muster_home/settings.json"; then return 4; fi
    return 3
  fi
}
if [ "\${MUSTER_GUARD-}" != off ]; then
  muster_code=0
  muster_said=$(${given}muster_guard guard check --hook ${hook} 2>&1) || muster_code=$?
  if [ -n "$muster_said" ]; then printf '%s\\n' "$muster_said" >&2; fi
  if [ $muster_code -eq 1 ]; then exit 1; fi
  if [ $muster_code -eq 4 ] || { [ $muster_code -ne 0 ] && [ "\${MUSTER_GUARD-}" = closed ]; }; then echo 'muster: the guard cannot look, and is closed (MUSTER_GUARD=off lets it through).' >&2; exit 1; fi
fi
${again}${end}`
}

function create(path: string, text: string): void {
  writeFileSync(path, text, { mode: 0o755, flag: 'wx' })
  chmodSync(path, 0o755)
}

/** Whole or not at all, with the mode it has. */
function replace(path: string, text: string): void {
  writeWhole(path, text, lstatSync(path).mode & 0o777, { exactly: true })
}

function textOf(path: string): string | undefined {
  return existsSync(path) ? readFileSync(path, 'utf8') : undefined
}

/** Also a link that leads nowhere. */
function existsEven(path: string): boolean {
  return lstatSync(path, { throwIfNoEntry: false }) !== undefined
}
