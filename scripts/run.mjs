/**
 * `node scripts/run.mjs NAME …`: builds the scripts and becomes `NAME`. One process, so that whoever ends it ends the script: a
 * shell with `&&` in between would keep signals to itself.
 */
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const [, , name] = process.argv
const { status, signal } = spawnSync(process.execPath, ['esbuild.config.mjs', '--tests'], { cwd: root, stdio: ['ignore', 'inherit', 'inherit'] })
if (status !== 0) process.exit(signal === null ? (status ?? 1) : 130)
process.argv.splice(1, 2, join(root, 'out', `${name}.js`))
await import(pathToFileURL(process.argv[1]).href)
