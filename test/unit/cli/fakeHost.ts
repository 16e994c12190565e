import type { Host } from '../../../src/cli/host.js'
import { runCli } from '../../../src/cli/run.js'
import type { Muster, OpenOptions, World } from '../../../src/core/muster.js'
import { agentView, ledgerStatus, migrateReport, repairReport, verifyReport } from './samples.js'

export const now = Date.parse('2026-03-01T12:00:00.000Z')

export interface Call {
  method: string
  args: unknown[]
}

/** A Muster whose methods answer what the test says, and that remembers how it was called. */
export function fakeMuster(answers: { [K in keyof Muster]?: unknown }, calls: Call[] = []): Muster {
  const world: World = { me: agentView(), agents: [agentView()], claims: [], messages: [], pressing: [], olderMessages: false, decisions: [], tasks: [], errors: [], deliverables: [], plan: { project: '', phases: [], milestones: [], overall: { done: 0, total: 0 }, checklists: [] }, summaries: new Map(), checkpoints: new Map(), lastWork: new Map(), processes: [], sessions: [], unacknowledged: [], helpRequests: [], message: () => undefined, ledger: ledgerStatus() }
  const defaults: Record<string, unknown> = {
    agent: 'alpha',
    folder: '/repo/.muster',
    root: '/repo',
    state: () => world,
    refresh: async () => world,
    ledgerStatus: () => ledgerStatus(),
    close: async () => undefined,
    uncommittedFiles: async () => [],
    recoverySummary: async () => ({ ok: true, total: 0, gone: 0, atWork: 0, byCommands: 0, byStatus: {}, byLevel: {}, incomplete: [], failed: [], notIntegrated: [], recoveries: { found: 0, resumed: 0, succeeded: 0, cleared: 0 } }),
    onDidChange: () => ({ dispose: () => undefined }),
  }
  return new Proxy({ ...defaults, ...answers } as unknown as Muster, {
    get(target, method: string) {
      if (!(method in target)) return undefined
      const answer: unknown = target[method as keyof Muster]
      if (typeof answer !== 'function') return answer
      return (...args: unknown[]): unknown => {
        calls.push({ method, args })
        return (answer as (...args: unknown[]) => unknown)(...args)
      }
    },
  })
}

export interface Ran {
  exit: number
  out: string
  err: string
  /** Of the only line on stdout. */
  json: Record<string, unknown>
  calls: Call[]
  opened: OpenOptions[]
}

export interface FakeOptions {
  muster?: { [K in keyof Muster]?: unknown }
  host?: Partial<Host>
  env?: NodeJS.ProcessEnv
  columns?: number
}

/** Runs a command line in this process against a fake; the folder is an existing one. */
export async function run(args: readonly string[], { muster = {}, host = {}, env = {}, columns }: FakeOptions = {}): Promise<Ran> {
  const calls: Call[] = []
  const opened: OpenOptions[] = []
  const output = { out: '', err: '' }
  const screen = columns === undefined ? { isTTY: false } : { isTTY: true, columns }
  const exit = await runCli(args, {
    cwd: '/repo',
    env: { NO_COLOR: '1', ...env },
    out: { ...screen, write: (text) => void (output.out += text) },
    err: { ...screen, write: (text) => void (output.err += text) },
    program: ['node', 'cli.mjs'],
    now: () => now,
    version: () => '1.2.3',
    open: async (options) => {
      opened.push(options)
      return fakeMuster(muster, calls)
    },
    locate: async () => process.cwd(),
    person: async () => 'Ada',
    agentProgram: async () => undefined,
    serveTools: async () => undefined,
    keep: async () => 0,
    verify: async () => verifyReport(),
    intactLog: async () => ({ entries: [], gaps: [] }),
    migrate: async ({ to, dryRun = false }) => migrateReport({ to, dryRun }),
    repair: async ({ dryRun = false }) => repairReport({ dryRun }),
    confirm: async () => undefined,
    onInterrupt: () => ({ dispose: () => undefined }),
    onSignal: () => ({ dispose: () => undefined }),
    ...host,
  })
  const lines = output.out.trimEnd().split('\n')
  const json = lines.length === 1 && output.out.startsWith('{') ? (JSON.parse(output.out) as Record<string, unknown>) : {}
  return { exit, ...output, json, calls, opened }
}
