import { lstatSync, readFileSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'

/** Stands in the programs that an editor of ours puts on the PATH of its own terminals. */
export const SHIM_MARK = 'Muster\'s command line for the terminals of this editor'

/**
 * How clients start Muster: by its name where that is on the PATH for good, else by an absolute command line: the program
 * that the editor keeps for its terminals, where this is one of them, or what it was started with now. What `npx` and npm
 * scripts put on the PATH is gone again after them.
 */
export function launcherOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, program: readonly string[]): readonly string[] {
  const names = platform === 'win32' ? ['muster.cmd', 'muster.exe'] : ['muster']
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.includes(`node_modules${sep}.bin`) && !folder.includes(`${sep}_npx${sep}`))
  const found = folders.flatMap((folder) => names.map((name) => join(folder, name)).filter((file) => lstatSync(file, { throwIfNoEntry: false }) !== undefined))
  const shim = found.find(isShim)
  return found.some((file) => !isShim(file)) ? ['muster'] : shim === undefined ? program : [shim]
}

function isShim(file: string): boolean {
  try {
    return readFileSync(file, 'utf8').slice(0, 500).includes(SHIM_MARK)
  } catch {
    return false
  }
}
