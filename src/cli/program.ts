import { readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { exitCodes } from './exitCodes.js'
import type { Host, Output } from './host.js'
import { runCli } from './run.js'

/* The command line as a process. Everything heavy is loaded when a command needs it: help and version start at once. */

const interrupts = new Set<() => void>()
const takers = new Set<(signal: NodeJS.Signals) => void>()
let interrupted = false

function interrupt(signal?: NodeJS.Signals): void {
  if (signal !== undefined && takers.size > 0) return takers.forEach((take) => take(signal))
  // A second Ctrl-C does not wait for anything any more.
  if (interrupted) process.exit(exitCodes.refused)
  interrupted = true
  if (interrupts.size === 0) process.exit(exitCodes.refused)
  for (const listener of interrupts) listener()
}

function output(stream: NodeJS.WriteStream): Output {
  return {
    get isTTY() {
      return stream.isTTY === true
    },
    get columns() {
      return stream.columns
    },
    write: (text) => void stream.write(text),
  }
}

const host: Host = {
  cwd: process.cwd(),
  env: process.env,
  out: output(process.stdout),
  err: output(process.stderr),
  program: [process.execPath, realpathSync(process.argv[1] ?? '')],
  now: Date.now,
  version,
  async open(options) {
    const [{ openMuster }, { parseOnce }, { processSupervisor }] = await Promise.all([import('../core/open.js'), import('./parseOnce.js'), import('../supervisor/supervisor.js')])
    parseOnce()
    const [program, script] = host.program
    return openMuster(options, processSupervisor({ program: { argv: [program!, script!], ...(process.versions['electron'] !== undefined && { env: { ELECTRON_RUN_AS_NODE: '1' } }) } }))
  },
  async locate(directory) {
    const { locateFolder } = await import('../core/system/locate.js')
    return locateFolder(directory, process.env).folder
  },
  async person(directory) {
    const { personName } = await import('../core/system/git.js')
    return personName(directory)
  },
  async agentProgram() {
    const { agentProgramAbove } = await import('../core/system/ancestors.js')
    return agentProgramAbove(process.pid)
  },
  async serveTools() {
    const { served } = await import('../mcp/main.js')
    await served
  },
  async keep(deployment) {
    const { keep } = await import('../supervisor/keep.js')
    return keep(deployment)
  },
  // Standard input is opened for those only who ask.
  get ask() {
    return process.stdin.isTTY && process.stdout.isTTY ? ask : undefined
  },
  async verify(folder) {
    const { verifyRecords } = await import('../core/verify.js')
    return verifyRecords(folder)
  },
  async intactLog(folder) {
    const { intactLog } = await import('../core/intactLog.js')
    return intactLog(folder)
  },
  async repair(options) {
    const [{ repairFolder }, { knowBoot }, { knowProcesses }] = await Promise.all([import('../core/repair.js'), import('../core/system/clock.js'), import('../core/system/processes.js')])
    await Promise.all([knowBoot(), knowProcesses([process.pid])])
    return repairFolder(options)
  },
  async migrate(options) {
    const { migrate } = await import('../core/migrate.js')
    return migrate(options)
  },
  async rebuildDocuments(folder) {
    const [{ writeAll }, { logsBusy }, { MusterError }] = await Promise.all([import('../documents/documents.js'), import('../documents/busy.js'), import('../core/errors.js')])
    const muster = await host.open({ folder, attached: false, watch: false, create: false })
    try {
      const { written, busy } = await writeAll(muster, { whole: true })
      if (busy) throw new MusterError(logsBusy.code, logsBusy.message, logsBusy)
      return written.length
    } finally {
      await muster.close()
    }
  },
  async takeIn(folder) {
    const { takeInBefore } = await import('../documents/documents.js')
    const muster = await host.open({ folder, root: process.cwd(), attached: false, watch: false, create: false })
    try {
      await takeInBefore(muster)
    } finally {
      await muster.close()
    }
  },
  async catchUp(muster) {
    const { catchUp } = await import('../documents/documents.js')
    await catchUp(muster)
  },
  async confirm(question) {
    if (!process.stdin.isTTY || !process.stdout.isTTY) return undefined
    const { createInterface } = await import('node:readline/promises')
    const terminal = createInterface({ input: process.stdin, output: process.stdout })
    try {
      return /^y(es)?$/i.test((await terminal.question(`${question} [y/N] `)).trim())
    } finally {
      terminal.close()
    }
  },
  onInterrupt(listener) {
    interrupts.add(listener)
    return { dispose: () => void interrupts.delete(listener) }
  },
  onSignal(listener) {
    takers.add(listener)
    return { dispose: () => void takers.delete(listener) }
  },
}

async function ask(question: string): Promise<string> {
  const { createInterface } = await import('node:readline/promises')
  const terminal = createInterface({ input: process.stdin, output: process.stdout })
  try {
    return await terminal.question(question)
  } finally {
    terminal.close()
  }
}

function version(): string {
  for (let directory = dirname(fileURLToPath(import.meta.url)); ; directory = dirname(directory)) {
    try {
      const { name, version } = JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')) as { name?: unknown; version?: unknown }
      if (name === 'muster' && typeof version === 'string') return version
    } catch {
      // Not this directory.
    }
    if (dirname(directory) === directory) return 'unknown'
  }
}

/** Everything written so far has left the process: exiting earlier would cut off output to a pipe. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => (stream.destroyed ? resolve() : stream.write('', () => resolve())))
}

process.on('SIGINT', interrupt)
process.on('SIGTERM', interrupt)
// `muster log | head`: the reader has seen enough.
process.stdout.on('error', () => (interrupts.size === 0 ? process.exit(0) : interrupt()))

async function main(): Promise<void> {
  const exitCode = await runCli(process.argv.slice(2), host)
  await Promise.all([flushed(process.stdout), flushed(process.stderr)])
  process.exit(exitCode)
}

void main()
