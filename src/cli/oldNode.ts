import { spawnSync } from 'node:child_process'
import { writeSync } from 'node:fs'
import { exitCodes } from './exitCodes.js'

/* Where the `node` on the PATH is too old: goes on with the editor's own in its terminals (src/vscode/shim.ts), and says so elsewhere. */

const { MUSTER_EDITOR_NODE: own, ...env } = process.env
if (own === undefined) {
  writeSync(2, `muster: This is Node ${process.versions.node}; Muster needs 20.19 or newer.\n  Install a newer one, or use a terminal of VS Code, which has its own.\n`)
  process.exit(exitCodes.unusable)
}
const { status, error } = spawnSync(own, process.argv.slice(1), { stdio: 'inherit', env: { ...env, ELECTRON_RUN_AS_NODE: '1' } })
if (error) writeSync(2, `muster: Node ${process.versions.node} is too old, and the editor's own could not be started: ${error.message}\n`)
process.exit(status ?? exitCodes.unusable)
