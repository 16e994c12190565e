import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { openMuster } from '../../src/core/open.js'

/** One agent of a tool, in a process of its own. */
export interface PeerAgent {
  /** @returns whether the caller was told that it alone has the file. @throws Error where the tool failed */
  claim(file: string): Promise<boolean>
  send(to: string, number: number): Promise<void>
  /** @returns how many messages came back */
  inbox(): Promise<number>
  close(): Promise<void>
}

export interface Peer {
  readonly name: string
  /** As npm installs it; nothing for what is measured out of this folder. */
  readonly version?: string
  /** Where what it reports as done is when it does: from its sources. */
  readonly durable: string
  /** What it does not guarantee, besides what the race shows: from its sources. */
  readonly lacks: string
  /** @param modules folder with the `node_modules` it was installed into */
  readonly open: (options: { home: string; modules: string; agent: string }) => Promise<PeerAgent>
}

const BODY = 'The API changed: sessions are opened by openSession(), see src/session.ts.'

interface ClaudeNet {
  acquireLock(file: string, agent: string): Promise<{ acquired: boolean }>
  sendMessage(from: string, to: string, subject: string, content: string): Promise<string>
  getInbox(agent: string): Promise<unknown[]>
}

interface SwarmMail {
  initSwarmAgent(options: { projectPath: string; agentName: string }): Promise<unknown>
  reserveSwarmFiles(options: { projectPath: string; agentName: string; paths: string[]; exclusive: boolean }): Promise<{ granted: unknown[]; conflicts: unknown[] }>
  sendSwarmMessage(options: { projectPath: string; fromAgent: string; toAgents: string[]; subject: string; body: string }): Promise<{ success: boolean }>
  getSwarmInbox(options: { projectPath: string; agentName: string; limit: number; unreadOnly: boolean; includeBodies: boolean }): Promise<{ messages: unknown[] }>
  closeAllSwarmMailLibSQL(): Promise<void>
}

/** Muster first, then those that npm has. Versions are exact, so that what is said of them is said of what was read. */
export const PEERS: readonly Peer[] = [
  {
    name: 'Muster',
    durable: 'on disk (`fdatasync` before the answer)',
    lacks: 'it cannot keep a program that does not ask from writing a file',
    async open({ home, agent }) {
      const m = await openMuster({ folder: join(home, '.muster'), agent, watch: false })
      return {
        claim: async (file) => (await m.claim(file)).ok,
        send: async (to, number) => void (await m.sendMessage({ to, subject: `Change ${number}`, body: BODY })),
        // Looking at them would mark them as seen, and the next round would find none.
        inbox: async () => (await m.readMessages({ unread: true, peek: true })).length,
        close: () => m.close(),
      }
    },
  },
  {
    name: 'claude-net',
    version: '0.1.2',
    durable: 'in the system’s memory: temporary file and rename, no `fsync`',
    lacks: 'one holder: it looks whether a lock file is there and then writes it, two steps; a lock is free 5 minutes after it was last asked for',
    async open({ modules, agent }) {
      const net = await load<ClaudeNet>(modules, 'claude-net/dist/index.js')
      return {
        claim: async (file) => (await net.acquireLock(file, agent)).acquired,
        send: async (to, number) => void (await net.sendMessage(agent, to, `Change ${number}`, BODY)),
        inbox: async () => (await net.getInbox(agent)).length,
        close: async () => {},
      }
    },
  },
  {
    name: 'swarm-mail',
    version: '1.11.2',
    durable: 'on disk (SQLite, WAL, `synchronous` full)',
    lacks: 'one holder: a reservation is always granted, others are named as a warning, looked up before it is written; an inbox gives 5 messages at most',
    async open({ home, modules, agent }) {
      const mail = await load<SwarmMail>(modules, 'swarm-mail/dist/index.js')
      const projectPath = join(home, 'project')
      mkdirSync(projectPath, { recursive: true })
      await mail.initSwarmAgent({ projectPath, agentName: agent })
      return {
        claim: async (file) => {
          const { granted, conflicts } = await mail.reserveSwarmFiles({ projectPath, agentName: agent, paths: [file], exclusive: true })
          return granted.length > 0 && conflicts.length === 0
        },
        send: async (to, number) => void (await mail.sendSwarmMessage({ projectPath, fromAgent: agent, toAgents: [to], subject: `Change ${number}`, body: BODY })),
        inbox: async () => (await mail.getSwarmInbox({ projectPath, agentName: agent, limit: 20_000, unreadOnly: true, includeBodies: true })).messages.length,
        close: () => mail.closeAllSwarmMailLibSQL(),
      }
    },
  },
]

async function load<T>(modules: string, file: string): Promise<T> {
  return (await import(pathToFileURL(join(modules, 'node_modules', file)).href)) as T
}
