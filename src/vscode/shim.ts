/* eslint muster/texts: off -- programs are not read by people */
import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHIM_MARK } from '../connect/launcher.js'
import { writeWhole } from '../core/wholeFiles.js'

export interface ShimParts {
  /** The command line's script. */
  cli: string
  /** The editor's own Node: its program, and whether that is Electron. */
  program: string
  electron: boolean
}

/** `muster` for a POSIX shell: run by the `node` on the PATH, else by the editor's own, which the command line also goes on with where that `node` is too old. */
function posixShim({ cli, program, electron }: ShimParts): string {
  return `#!/bin/sh
# ${SHIM_MARK}, which wrote this file.
if command -v node >/dev/null 2>&1; then
  MUSTER_EDITOR_NODE=${quoted(program)} exec node ${quoted(cli)} "$@"
fi
${electron ? 'ELECTRON_RUN_AS_NODE=1 ' : ''}exec ${quoted(program)} ${quoted(cli)} "$@"
`
}

/** The same for cmd and PowerShell. */
export function windowsShim({ cli, program, electron }: ShimParts): string {
  return [
    '@echo off',
    'setlocal',
    `rem ${SHIM_MARK}, which wrote this file.`,
    `set "MUSTER_EDITOR_NODE=${percent(program)}"`,
    `where node >nul 2>nul && (node "${percent(cli)}" %* & goto :end)`,
    ...(electron ? ['set ELECTRON_RUN_AS_NODE=1'] : []),
    `"${percent(program)}" "${percent(cli)}" %*`,
    ':end',
    'exit /b %errorlevel%',
    '',
  ].join('\r\n')
}

/** Writes `muster` into a folder for the PATH, where it is not there as it should be. @throws what the file system throws */
export function writeShim(folder: string, parts: ShimParts, platform: NodeJS.Platform = process.platform): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  writeProgram(join(folder, 'muster'), posixShim(parts))
  if (platform === 'win32') writeProgram(join(folder, 'muster.cmd'), windowsShim(parts))
}

/** Whole at any moment: another window's terminal may be starting it. */
function writeProgram(file: string, text: string): void {
  if (textOf(file) === text) return
  writeWhole(file, text, 0o755, { exactly: true })
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return undefined
  }
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

function percent(text: string): string {
  return text.replaceAll('%', '%%')
}
