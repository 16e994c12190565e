import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/streamableHttp.js'
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js'
import { cleanEnvironment } from '../../scripts/runCommand.js'
import { server as program } from '../multiprocess/mcp/mcpProcess.js'

/** A stdio server behind HTTP: each session is a process of its own, and messages pass as they are. */
export class Bridge {
  private readonly sessions = new Map<string, StreamableHTTPServerTransport>()
  private readonly children: StdioClientTransport[] = []
  private constructor(private readonly http: Server) {}

  static async start(root: string): Promise<Bridge> {
    const bridge = new Bridge(createServer())
    bridge.http.on('request', (request, response) => {
      const known = bridge.sessions.get(String(request.headers['mcp-session-id']))
      void (known ? Promise.resolve(known) : bridge.begin(root)).then((transport) => transport.handleRequest(request, response))
    })
    await new Promise<void>((resolve) => bridge.http.listen(0, '127.0.0.1', resolve))
    return bridge
  }

  get address(): string {
    return `http://127.0.0.1:${(this.http.address() as AddressInfo).port}/mcp`
  }

  async stop(): Promise<void> {
    await Promise.all(this.children.map((child) => child.close()))
    this.http.closeAllConnections()
    await new Promise((resolve) => this.http.close(resolve))
  }

  private async begin(root: string): Promise<StreamableHTTPServerTransport> {
    const env = Object.fromEntries(Object.entries(cleanEnvironment()).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])))
    const child = new StdioClientTransport({ command: process.execPath, args: [program], cwd: root, env })
    const session: StreamableHTTPServerTransport = new StreamableHTTPServerTransport({ sessionIdGenerator: randomUUID, onsessioninitialized: (id) => void this.sessions.set(id, session) })
    session.onmessage = (message: JSONRPCMessage) => void child.send(message)
    child.onmessage = (message) => void session.send(message).catch(() => undefined)
    this.children.push(child)
    await child.start()
    await session.start()
    return session
  }
}
