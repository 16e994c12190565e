/* eslint muster/texts: off -- programs are not read by people */
import { chmodSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SHIM_MARK } from '../connect/launcher.js'

export interface ShimParts {
  /** The command line's script. */
  cli: string
  /** The editor's own Node: its program, and whether that is Electron. */
  program: string
  electron: boolean
}

/** `muster` for a POSIX shell: run by the `node` on the PATH where that is new enough, else by the editor's own. */
export function posixShim({ cli, program, electron }: ShimParts): string {
  return `#!/bin/sh
# ${SHIM_MARK}, which wrote this file.
case "$(node --version 2>/dev/null)" in
  v20.19.* | v20.[2-9][0-9].* | v2[1-9].* | v[3-9][0-9].*) exec node ${quoted(cli)} "$@" ;;
esac
${electron ? 'ELECTRON_RUN_AS_NODE=1 ' : ''}exec ${quoted(program)} ${quoted(cli)} "$@"
`
}

/** The same for cmd and PowerShell. */
export function windowsShim({ cli, program, electron }: ShimParts): string {
  const check = "const [a,b]=process.versions.node.split('.');process.exit(a>20||(a==20&&b>18)?0:1)"
  return [
    '@echo off',
    'setlocal',
    `rem ${SHIM_MARK}, which wrote this file.`,
    `node -e "${check}" >nul 2>nul && (node "${percent(cli)}" %* & goto :end)`,
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
  const unfinished = `${file}.${process.pid}.tmp`
  writeFileSync(unfinished, text)
  chmodSync(unfinished, 0o755)
  renameSync(unfinished, file)
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
