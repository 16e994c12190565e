/** Child process: `node fullDiskAgents.js DISK ASIDE`, on a small disk of its own; ASIDE is on another. Deploys agents, fills the disk, and sends what became of them. */
import { closeSync, existsSync, mkdirSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { isMusterError } from '../../../src/core/errors.js'
import { verifyFolder } from '../../../src/core/ledger/verify.js'
import { openMuster } from '../../../src/core/open.js'
import { deployConfig } from '../../../src/supervisor/config.js'
import { AgentLog, numbered } from '../../../src/supervisor/log.js'
import { ownProgram } from '../../../src/supervisor/ownProgram.js'
import { takeRequests } from '../../../src/supervisor/requests.js'
import { processSupervisor } from '../../../src/supervisor/supervisor.js'
import { eventually } from '../../vscode/driver/eventually.js'

const [, , disk = '', aside = ''] = process.argv
const folder = join(disk, '.muster')
const ballast = join(disk, 'ballast')
const inAside = (name: string): string => join(aside, name)
const say = (name: string): void => writeFileSync(inAside(name), '')

/** Leaves no room at all. */
function fill(): void {
  const fd = openSync(ballast, 'a')
  for (const size of [65_536, 4_096, 1]) {
    try {
      for (const block = Buffer.alloc(size); ; ) writeSync(fd, block)
    } catch {
      // There is none left for a piece of that size.
    }
  }
  closeSync(fd)
}

/** Writes numbered lines until it is told to end, each to its end as programs do, and what its disk said to that. */
const talks = `const fs = require('fs'), aside = process.argv[1]; let n = 0, rest = ''
setInterval(() => {
  if (fs.existsSync(aside + '/talked')) { fs.writeSync(1, '\\nthe last line\\n'); process.exit(0) }
  if (rest === '') rest = String(n).padStart(5, '0') + ' ' + 'x'.repeat(493) + '\\n'
  try { rest = rest.slice(fs.writeSync(1, rest)); if (rest === '') fs.writeFileSync(aside + '/lines', String(++n)) } catch (error) { fs.writeFileSync(aside + '/refused', error.code) }
}, 5)`
const fails = 'const fs = require("fs"); setInterval(() => { if (fs.existsSync(process.argv[1] + "/failed")) process.exit(3) }, 20)'
const stays = 'setInterval(() => {}, 1000)'
const node = (script: string): string[] => [process.execPath, '-e', script, aside]

const config = deployConfig.parse({ graceSeconds: 2, saveSeconds: 0.5, logBytes: 30_000, logsKept: 3, commands: { stays: node(stays) } })
const muster = await openMuster({ folder, root: disk, agent: 'boss', kind: 'person', watch: false }, processSupervisor({ program: ownProgram, env: cleanEnvironment(), config: async () => config }))
const phase = async (id: string): Promise<string | undefined> => (await muster.getAgent(id))?.deployment?.phase
const begun = async (name: string, script: string): Promise<boolean> => (await muster.deploy({ name, command: node(script) })).ok

const started = [await begun('talks', talks), await begun('fails', fails)]
const { pid } = (await muster.getAgent('fails'))!.deployment!.process!
mkdirSync(join(folder, 'requests'), { recursive: true })
writeFileSync(join(folder, 'requests', 'one.json'), JSON.stringify({ agent_id: 'asked', prompt: 'x'.repeat(9_000) }))
await eventually('some lines', () => existsSync(inAside('lines')) && Number(readFileSync(inAside('lines'), 'utf8')) > 20)

fill()
await eventually('its disk to be full', () => existsSync(inAside('refused')))
const refusal = await muster.deploy({ name: 'new', brief: 'x'.repeat(9_000), command: node(stays) }).then(() => 'deployed', (error: unknown) => (isMusterError(error) ? [error.code, error.details['errno'], error.hint !== undefined] : String(error)))
const requests = (): string[] => readdirSync(join(folder, 'requests'))
const askedWhileFull = (await takeRequests(muster, (agent) => muster.deploy(agent))).map(({ response }) => response.error?.code)
const left = requests()
say('failed')
await eventually('the one that fails to be gone', () => !existsSync(`/proc/${pid}`) || /^\S+ \(.*\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1')))
const during = { refusal, askedWhileFull, left, known: (await muster.getAgent('new')) !== undefined, phases: [await phase('talks'), await phase('fails')] }

rmSync(ballast)
await eventually('what was kept to be told', async () => (await phase('fails')) === 'ended')
const failed = (await muster.getAgent('fails'))!
const askedAfter = (await takeRequests(muster, (agent) => muster.deploy(agent))).map(({ response }) => response.status)
const deployed = await begun('new', stays)
say('talked')
await eventually('the one that talks to end', async () => (await phase('talks')) === 'ended')
const talked = (await muster.getAgent('talks'))!
const log = join(folder, 'agents', 'talks', 'log.txt')
const files = new AgentLog(log, 1, 3).files().map((file) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== ''))
for (const id of ['asked', 'new']) await muster.stopAgent(id)
await muster.close()
const { ok } = await verifyFolder(folder)
process.stdout.write(JSON.stringify({
  started, during,
  after: { fails: [failed.status, failed.deployment?.exit?.code], talks: [talked.status, talked.deployment?.exit?.code], warning: talked.deployment?.warning, askedAfter, deployed, requests: requests(), ok },
  log: { refused: readFileSync(inAside('refused'), 'utf8'), written: Number(readFileSync(inAside('lines'), 'utf8')), setAside: existsSync(numbered(log, 1)), files },
}))
