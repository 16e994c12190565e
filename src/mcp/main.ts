import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js'
import { MusterError } from '../core/errors.js'
import { openMuster } from '../core/open.js'
import { agentProgramAbove, type AgentProgram } from '../core/system/ancestors.js'
import { locateFolder, treeOf } from '../core/system/locate.js'
import { ownProgram } from '../supervisor/ownProgram.js'
import { processSupervisor } from '../supervisor/supervisor.js'
import { clientNamed } from './client.js'
import { MusterServer } from './server.js'
import { Speakers, type Surroundings } from './speakers.js'

/* The MCP server as a process, on stdin and stdout: started as `muster mcp`, or with `--editor` by the extension. Ends with its input. */

const { values } = parseArgs({
  options: { tools: { type: 'string' }, agent: { type: 'string' }, folder: { type: 'string' }, json: { type: 'boolean' }, editor: { type: 'boolean' } },
  strict: false,
  allowPositionals: true,
})
const { env } = process
const inEditor = values.editor === true

const surroundings: Surroundings = {
  env,
  agent: text(values.agent) ?? text(env['MUSTER_AGENT']),
  client: () => clientNamed(server.sdk.getClientVersion()?.name, inEditor),
  ...(inEditor && { windowProcess: process.ppid }),
  place,
  program: programAbove,
  open: (options) => openMuster(options, processSupervisor({ program: ownProgram, env })),
}
const speakers = new Speakers(surroundings)
const server = new MusterServer({ version: version(), tools: values.tools === 'all' ? 'all' : 'few', speakers, surroundings })

let found: { folder: string; root: string } | undefined

/** Where this was started; where that is nobody's project, the first folder that the client works in. */
async function place(): Promise<{ folder: string; root: string }> {
  found ??= await look()
  return found
}

async function look(): Promise<{ folder: string; root: string }> {
  const root = process.cwd()
  const told = text(values.folder) ?? text(env['MUSTER_FOLDER'])
  if (told !== undefined) return { folder: resolve(told), root }
  const here = locateFolder(root, {})
  if (here.exists || treeOf(root) !== undefined) return { folder: here.folder, root }
  const [first] = server.sdk.getClientCapabilities()?.roots ? (await server.sdk.listRoots()).roots : []
  const theirs = first?.uri.startsWith('file:') ? fileURLToPath(first.uri) : undefined
  if (theirs !== undefined) return { folder: locateFolder(theirs, {}).folder, root: theirs }
  if (root === homedir() || dirname(root) === root) {
    throw new MusterError('FOLDER_UNUSABLE', `The server was started in ${root}, which is no project.`, { hint: 'A person has to start it in the project, or with --folder PROJECT/.muster.' })
  }
  return { folder: here.folder, root }
}

let program: { above: AgentProgram | undefined } | undefined

/** `MUSTER_PROGRAM` names another pid, or `none` for nobody, as for commands. */
function programAbove(): AgentProgram | undefined {
  const told = text(env['MUSTER_PROGRAM'])
  if (told !== undefined) return /^[1-9]\d*$/.test(told) ? { pid: Number(told), client: surroundings.client().name } : undefined
  program ??= { above: agentProgramAbove(process.pid) }
  return program.above
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}

function version(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); dirname(directory) !== directory; directory = dirname(directory)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown; version?: unknown }
      if (name === 'muster' && typeof version === 'string') return version
    } catch {
      // Not this directory.
    }
  }
  return 'unknown'
}

const ended = new Promise<void>((end) => {
  process.stdin.on('end', end)
  process.stdin.on('close', end)
  process.stdout.on('error', end)
  process.on('SIGTERM', end)
  process.on('SIGINT', end)
})

async function serve(): Promise<void> {
  await server.sdk.connect(new StdioServerTransport())
  await ended
  await server.close()
  process.exit(0)
}

/** Until there is nobody to serve any more; the process ends then. */
export const served = serve()
