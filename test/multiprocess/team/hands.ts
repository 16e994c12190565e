import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { open } from '../../../src/library.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { cli, connectTo, server, type Structured } from '../mcp/mcpProcess.js'

/** Where the records are, if not in the folder. */
const { MUSTER_LEDGER: address } = process.env
const there: NodeJS.ProcessEnv = address ? { MUSTER_LEDGER: address } : {}

export interface Task {
  id: string
  resources: string[]
}

/** What a scripted agent does with Muster, whichever way it reaches it. Refusals are `ok: false`. */
export interface Hands {
  /** Begins work; answers the tasks it had begun before it was killed, and the files it still holds. */
  begin(): Promise<{ tasks: string[]; files: string[] }>
  next(): Promise<Task | undefined>
  task(id: string): Promise<Task | undefined>
  start(id: string): Promise<boolean>
  complete(id: string): Promise<boolean>
  /** Waits a while in line; `left`: takes over what somebody left who is gone. Answers the token. */
  claim(files: string[], left: boolean): Promise<number | undefined>
  checkIn(file: string, token: number): Promise<boolean>
  release(files: string[], token?: number): Promise<void>
  send(to: string, body: string): Promise<void>
  /** Acknowledges everything that it has not yet. */
  acknowledge(): Promise<void>
}

const WAIT_SECONDS = 2
const isOpen = ({ status }: { status?: unknown }): boolean => status === 'sent' || status === 'seen'

/** By MCP, as an agent whose client has the server. */
export async function handsOverMcp(root: string, agent: string): Promise<Hands> {
  const { call } = await connectTo({ command: process.execPath, args: [server, '--tools', 'all', '--agent', agent], cwd: root, env: there }, 'team').then((connected) => ({ call: connected.call.bind(connected) }))
  const list = (result: Structured, key: string): Record<string, unknown>[] => (result[key] ?? []) as Record<string, unknown>[]
  const taskOf = (view: Record<string, unknown>): Task => ({ id: String(view['id']), resources: (view['untrusted'] as { resources: string[] }).resources })
  return {
    async begin() {
      const result = await call('startup')
      const tasks = list(result, 'tasks').filter(({ status, worker }) => status === 'started' && worker === agent).map(({ id }) => String(id))
      return { tasks, files: list(result, 'claims').filter(({ mine }) => mine === true).map(({ untrusted }) => (untrusted as { resource: string }).resource) }
    },
    async next() {
      const result = await call('next_task')
      return result.ok ? taskOf(result['task'] as Record<string, unknown>) : undefined
    },
    task: async (id) => list(await call('list_tasks'), 'tasks').filter((one) => one['id'] === id).map(taskOf)[0],
    start: async (id) => (await call('start_task', { id })).ok,
    complete: async (id) => (await call('complete_task', { id })).ok,
    async claim(resources, left) {
      const result = await call('claim', { resources, ...(left ? { takeOver: true, force: true } : { wait: true, timeoutMinutes: WAIT_SECONDS / 60 }) })
      return result.ok ? Number(result['token']) : undefined
    },
    checkIn: async (resource, token) => (await call('check_in', { resource, token, progress: 50 })).ok,
    release: async (resources, token) => void (await call('release', { resources, ...(token !== undefined && { token }) })),
    send: async (to, body) => void (await call('send_message', { to, body })),
    async acknowledge() {
      const ids = list(await call('read_messages', { unread: false, limit: 200 }), 'messages').filter(isOpen).map(({ id }) => String(id))
      if (ids.length > 0) await call('read_messages', { acknowledge: ids.slice(0, 100) })
    },
  }
}

const run = promisify(execFile)

/** By the command line, as an agent with nothing but a shell: it is known by its process, and its locks live and die with that. */
export function handsOnShell(root: string): Hands {
  const env = cleanEnvironment({ ...there, MUSTER_PROGRAM: String(process.pid) })
  const muster = async (...args: string[]): Promise<Structured> => {
    const { stdout } = await run(process.execPath, [cli, ...args, '--json'], { cwd: root, env }).catch((error: unknown) => {
      if (typeof error === 'object' && error !== null && 'stdout' in error && error.stdout !== '') return error as { stdout: string }
      throw error
    })
    return JSON.parse(stdout) as Structured
  }
  return {
    begin: async () => {
      // Another process is another agent: it has nothing from before.
      await muster('startup')
      return { tasks: [], files: [] }
    },
    async next() {
      const result = await muster('task', 'next')
      if (!result.ok) return undefined
      // Commands take their time, in which the quicker ones have begun the first of the list: any that is open will do.
      const open = ((await muster('task', 'list'))['tasks'] as (Task & { status: string })[]).filter(({ status }) => status === 'open')
      return open[Math.floor(Math.random() * open.length)] ?? (result['task'] as Task)
    },
    task: async (id) => ((await muster('task', 'list'))['tasks'] as Task[]).find((task) => task.id === id),
    start: async (id) => (await muster('task', 'start', id)).ok,
    complete: async (id) => (await muster('task', 'done', id)).ok,
    async claim(files, left) {
      const result = await muster('claim', ...files, ...(left ? ['--take-over', '--force'] : ['--wait', '--timeout', String(WAIT_SECONDS)]))
      return result.ok ? Number(result['token']) : undefined
    },
    checkIn: async (file, token) => (await muster('check-in', file, '--token', String(token), '--progress', '50')).ok,
    async release(files, token) {
      for (const file of files) await muster('release', file, ...(token === undefined ? [] : ['--token', String(token)]))
    },
    send: async (to, body) => void (await muster('send', '--to', to, '--body', body)),
    async acknowledge() {
      for (const message of (await muster('inbox'))['messages'] as { id: string; status: string }[]) if (isOpen(message)) await muster('ack', message.id)
    },
  }
}

/** By the library, as a program. */
export async function handsInLibrary(folder: string, root: string, agent: string): Promise<Hands> {
  const m = await open({ folder, root, agent, kind: 'agent' })
  return {
    async begin() {
      const { tasks, claims } = await m.startup()
      return { tasks: tasks.filter(({ status, worker }) => status === 'started' && worker === agent).map(({ id }) => id), files: claims.filter(({ mine }) => mine).map(({ resource }) => resource) }
    },
    async next() {
      const result = await m.nextTask()
      return result.ok ? result.task : undefined
    },
    task: async (id) => (await m.listTasks()).find((task) => task.id === id),
    start: async (id) => (await m.startTask(id)).ok,
    complete: async (id) => (await m.completeTask(id)).ok,
    async claim(files, left) {
      const result = await m.claimAll(files, left ? { takeOver: true, force: true } : { wait: true, timeoutMinutes: WAIT_SECONDS / 60 })
      return result.ok ? result.token : undefined
    },
    checkIn: async (file, token) => (await m.checkIn(file, { token, progress: 50 })).ok,
    async release(files, token) {
      for (const file of files) await m.release(file, token === undefined ? {} : { token })
    },
    send: async (to, body) => void (await m.sendMessage({ to, body })),
    async acknowledge() {
      for (const message of await m.readMessages()) if (isOpen(message)) await m.acknowledge(message.id)
    },
  }
}
