import { execFileSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import type { CallToolResult } from '@modelcontextprotocol/sdk/types.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'

/** The server and the command line as they ship. */
export const server = join(projectRoot, 'dist', 'mcp.mjs')
export const cli = join(projectRoot, 'dist', 'cli.mjs')

export type Structured = Record<string, unknown> & { ok: boolean }

/** An official client of a real server process. */
export class Connected {
  constructor(readonly client: Client, private readonly transport: StdioClientTransport, private readonly conversation?: string) {}

  /** The same connection, another conversation. */
  chat(conversation: string): Connected {
    return new Connected(this.client, this.transport, conversation)
  }

  get pid(): number {
    return this.transport.pid!
  }

  async raw(name: string, input: object = {}, options: Parameters<Client['callTool']>[2] = {}): Promise<CallToolResult> {
    const params = { name, arguments: { ...input }, ...(this.conversation !== undefined && { _meta: { 'vscode.conversationId': this.conversation } }) }
    return (await this.client.callTool(params, undefined, options)) as CallToolResult
  }

  async call(name: string, input: object = {}, options: Parameters<Client['callTool']>[2] = {}): Promise<Structured> {
    return (await this.raw(name, input, options)).structuredContent as Structured
  }

  async resource(name: string): Promise<Record<string, unknown>> {
    const { contents } = await this.client.readResource({ uri: `muster://${name}`, ...(this.conversation !== undefined && { _meta: { 'vscode.conversationId': this.conversation } }) })
    return JSON.parse((contents[0] as { text: string }).text) as Record<string, unknown>
  }

  /** By the end of its input, which it has all the time for: the client itself ends it by force after a few seconds. */
  async close(): Promise<void> {
    const { _process: server } = this.transport as unknown as { _process?: ChildProcess }
    if (server?.exitCode === null && server.signalCode === null) {
      const ended = once(server, 'exit')
      server.stdin!.end()
      await ended
    }
    await this.client.close()
  }
}

/** Starts a server as a client of that name does. Variables that are null are taken out. */
export async function connectTo({ command, args, cwd, env }: { command: string; args: string[]; cwd: string; env: Record<string, string | null | undefined> }, name: string, capabilities: object = {}): Promise<Connected> {
  const environment = Object.fromEntries(Object.entries({ ...cleanEnvironment(), ...env }).flatMap(([key, value]) => (typeof value === 'string' ? [[key, value]] : [])))
  const transport = new StdioClientTransport({ command, args, cwd, env: environment, stderr: 'inherit' })
  const client = new Client({ name, version: '1.0.0' }, { capabilities })
  await client.connect(transport)
  // The client checks answers against the schemas of the tools it has listed.
  await client.listTools()
  return new Connected(client, transport)
}

/** A git repository in a temporary folder and clients of servers in it. */
export class Bench {
  readonly root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-mcp-')))
  private readonly opened: Connected[] = []

  constructor() {
    execFileSync('git', ['init', '--quiet', '--initial-branch=main', this.root])
    execFileSync('git', ['-C', this.root, 'config', 'user.name', 'Ada'])
    mkdirSync(join(this.root, 'src'))
    writeFileSync(join(this.root, 'src', 'a.ts'), '')
  }

  get folder(): string {
    return join(this.root, '.muster')
  }

  async connect({ name = 'Visual Studio Code', args = [], program = [server], env = {}, cwd = this.root, capabilities = {} }: { name?: string; args?: string[]; program?: string[]; env?: NodeJS.ProcessEnv; cwd?: string; capabilities?: object } = {}): Promise<Connected> {
    const connected = await connectTo({ command: process.execPath, args: [...program, ...args], cwd, env }, name, capabilities)
    this.opened.push(connected)
    return connected
  }

  async remove(): Promise<void> {
    for (const connected of this.opened) await connected.close()
    removeFolder(this.root)
  }
}
