/**
 * Child process: `node machine.js ROOT`. Everything that is at work on a machine: a window, four agents it has deployed, a run, and an
 * agent that is a client of the tools' server. Says when all of it has got somewhere, and stays.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { start } from '../../unit/cli/musterProcess.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { connectTo, server } from '../mcp/mcpProcess.js'

/** What four agents that start a command for each step get done in a minute, they do in ten on a machine that has other things to do. */
const WORKING = 600_000
const [, , root = ''] = process.argv
const folder = join(root, '.muster')
const items = join(projectRoot, 'test', 'vscode', 'fixture', 'agent', 'items.mjs')
const config = deployConfig.parse({ graceSeconds: 2, saveSeconds: 0.5 })

const window = await openMuster({ folder, root, agent: 'ada', kind: 'person', watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: async () => config }))
const lock = await window.claim('README.md')
for (const name of ['one', 'two', 'three', 'four']) {
  const deployed = await window.deploy({ name, level: 'L2', brief: `the items of ${name}`, command: [process.execPath, items, ownProgram().argv[1]!, '6', '{briefFile}'], cwd: root })
  if (!deployed.ok) throw new Error(deployed.hint)
}
const steps = 'for (let n = 1; n <= 5; n++) console.log(JSON.stringify({ current: n, total: 10 })); setInterval(() => {}, 1000)'
start(root, ['run', 'exec', '--name', 'sweep', '--json-lines', '--agent', 'executor_01', '--', process.execPath, '-e', steps])
const client = await connectTo({ command: process.execPath, args: [server], cwd: root, env: { MUSTER_FOLDER: folder } }, 'claude-code')
await client.call('claim', { resources: ['name:build'] })
await client.call('check_in', { status: 'working', progress: 30 })
for (const name of ['one', 'two', 'three', 'four']) await eventually(`${name} to do three items`, () => readFileSync(join(folder, 'agents', name, 'log.txt'), 'utf8').includes('has done item 3'), WORKING)
await eventually('the run to be half done', async () => (await window.listRuns()).runs.some(({ done }) => done === 5), WORKING)
await window.sendMessage({ to: 'three', subject: 'Freeze at 18:00', body: 'Check in what you have by then.' })
const content = { folders: [], groups: [], unsaved: [{ uri: 'untitled:1', text: 'only in my head' }], omitted: [], terminals: [{ name: 'build', cwd: root, command: 'npm test' }] }
const { session } = await window.saveSession({ content, reason: 'timer' })
process.stdout.write(`${JSON.stringify({ token: lock.ok && lock.token, session: session.id })}\n`)
setInterval(() => undefined, 1_000)
