import { spawn } from 'node:child_process'
import { closeSync, constants } from 'node:fs'
import { openPlainSync } from '../core/plainFiles.js'
import type { CommandFile } from './commandFile.js'
import { makeFolder, placesOf } from './files.js'

/** How a program that is Muster's command line is started, and what its environment needs for that. */
export interface Program {
  argv: readonly string[]
  env?: Readonly<Record<string, string>>
}

/** The command line in a script, run by the Node that runs this: an editor's own, as the case may be. */
export function programOf(cli: string): Program {
  return { argv: [process.execPath, cli], ...(process.versions['electron'] !== undefined && { env: { ELECTRON_RUN_AS_NODE: '1' } }) }
}

export interface KeeperStart {
  program: Program
  folder: string
  agent: string
  number: number
  /** Directory the agent's files are named from. */
  cwd: string
  /** Handed over without being written to a file or shown in a list of processes. */
  command?: CommandFile | undefined
  env: NodeJS.ProcessEnv
}

/** The command line of a keeper: in a terminal, its agent runs there. */
export function keeperArgs({ folder, agent, number }: Pick<KeeperStart, 'folder' | 'agent' | 'number'>): string[] {
  return ['agent', 'keep', agent, '--number', String(number), '--folder', folder]
}

/**
 * Starts a keeper that goes on when this process ends. What it says goes to `keeper.log`.
 * @returns resolves when it has ended
 */
export async function startKeeper(start: KeeperStart): Promise<{ pid: number | undefined; ended: Promise<void> }> {
  const [program = '', ...before] = start.program.argv
  const log = await keeperLog(start)
  const child = spawn(program, [...before, ...keeperArgs(start)], { cwd: start.cwd, env: { ...start.env, ...start.program.env, MUSTER_DEPLOYMENT: undefined }, detached: true, windowsHide: true, stdio: ['pipe', log, log] })
  if (typeof log === 'number') closeSync(log)
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve())
    child.once('error', () => resolve())
  })
  // It may have ended already; that is seen by its end.
  child.stdin?.on('error', () => undefined)
  child.stdin?.end(start.command ? JSON.stringify(start.command) : '')
  child.unref()
  return { pid: child.pid, ended }
}

async function keeperLog({ folder, agent }: KeeperStart): Promise<number | 'ignore'> {
  try {
    const { home, keeperLog } = placesOf(folder, agent)
    await makeFolder(home)
    return openPlainSync(keeperLog, constants.O_WRONLY | constants.O_CREAT | constants.O_APPEND, 0o600)
  } catch {
    return 'ignore'
  }
}
