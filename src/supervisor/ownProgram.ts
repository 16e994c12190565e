import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { programOf, type Program } from './keeperProcess.js'

/** Muster's command line beside this bundle, run by the Node that runs this. */
export function ownProgram(): Program {
  const here = dirname(fileURLToPath(import.meta.url))
  const found = [join(here, 'cli.mjs'), join(here, '..', 'cli', 'main.js')].find((path) => existsSync(path))
  return programOf(found ?? join(here, 'cli.mjs'))
}
