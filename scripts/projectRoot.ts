import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The project's folder, seen from a source file as well as from its transpiled copy in `out/`. */
export const projectRoot = findRoot(dirname(fileURLToPath(import.meta.url)))

/** Where the editor for tests and trials is kept between runs; git ignores it. */
export const editorCache = join(projectRoot, '.vscode-test')

/** Where screenshots, logs and figures of tests go; git ignores it. */
export const testResults = join(projectRoot, 'test-results')

function findRoot(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  if (parent === folder) throw new Error('No package.json above this script.')
  return findRoot(parent)
}
