import { lstatSync } from 'node:fs'
import { delimiter, join, sep } from 'node:path'

/**
 * How clients start Muster: by its name where that is on the PATH for good, else by the absolute command line that it was
 * started with now. What `npx` and npm scripts put on the PATH is gone again after them.
 */
export function launcherOf(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, program: readonly string[]): readonly string[] {
  const names = platform === 'win32' ? ['muster.cmd', 'muster.exe'] : ['muster']
  const folders = (env['PATH'] ?? env['Path'] ?? '').split(delimiter).filter((folder) => folder !== '' && !folder.includes(`node_modules${sep}.bin`) && !folder.includes(`${sep}_npx${sep}`))
  const found = folders.some((folder) => names.some((name) => lstatSync(join(folder, name), { throwIfNoEntry: false }) !== undefined))
  return found ? ['muster'] : program
}
