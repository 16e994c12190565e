import { spawn, type StdioOptions } from 'node:child_process'
import { closeSync } from 'node:fs'
import type { HostedProcess } from '../core/model/deployment.js'
import { knowProcesses, processStart } from '../core/system/processes.js'
import { startable } from '../core/system/startable.js'
import type { ProcessId } from './processTree.js'

/** How it ended; undefined where nobody saw it. */
export type End = { code: number | null; signal: string | null } | undefined

/** The process of an agent: started here, or found running. */
export interface AgentProcess extends ProcessId {
  ended: Promise<End>
}

export interface StartOptions {
  argv: readonly string[]
  cwd: string
  env: NodeJS.ProcessEnv
  /** Where its output goes; it leads a session of its own then. Undefined: it is in the terminal of this process; `stderr`: there too, and stdout is somebody else's. */
  output: number | 'ignore' | 'stderr' | undefined
}

/** Starts a program without a shell. @throws what the system throws, ENOENT where there is no such program or directory; MusterError INVALID_INPUT for what Windows would not hand over */
export async function startProcess({ argv, cwd, env, output }: StartOptions): Promise<AgentProcess> {
  const { program, args, options } = startable(argv, cwd, env)
  const here = output === undefined || output === 'stderr'
  const stdio: StdioOptions = output === undefined ? 'inherit' : output === 'stderr' ? ['inherit', process.stderr, process.stderr] : ['ignore', output, output]
  const child = spawn(program, args, { ...options, cwd, env, detached: !here, stdio, windowsHide: true })
  if (typeof output === 'number') closeSync(output)
  const ended = new Promise<End>((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })))
  await new Promise<void>((resolve, reject) => {
    child.once('spawn', resolve)
    child.once('error', reject)
  })
  await knowProcesses([child.pid!])
  return { pid: child.pid!, start: processStart(child.pid!), ended }
}

/** A process that somebody else started, whose end is seen by looking, not how it ended. */
export function adoptProcess(process: HostedProcess, hasEnded: (process: HostedProcess) => boolean, everyMs = 500): AgentProcess {
  const ended = new Promise<End>((resolve) => {
    const timer = setInterval(() => {
      if (!hasEnded(process)) return
      clearInterval(timer)
      resolve(undefined)
    }, everyMs)
  })
  return { pid: process.pid, start: process.start, ended }
}
