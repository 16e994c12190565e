import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a model says in one turn: a call of a tool, or its last words. */
export type Turn = { tool: string; input: object } | { text: string }

interface Asked {
  tools?: { name: string }[]
  messages: { role: string; content: unknown }[]
}

/** Stands in for the API of a model: answers each request that offers tools with the next turn. */
export class MessagesApi {
  /** What was asked of it, with tools on offer. */
  readonly asked: Asked[] = []
  private constructor(private readonly server: Server, private readonly turns: Turn[]) {}

  static async start(turns: readonly Turn[]): Promise<MessagesApi> {
    const server = createServer()
    const api = new MessagesApi(server, [...turns])
    server.on('request', (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (request.method !== 'POST' || !/\/v1\/messages(\?|$)/.test(request.url ?? '')) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
        const asked = JSON.parse(body) as Asked & { stream?: boolean }
        const turn = api.turnFor(asked)
        if (asked.stream === true) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(turn))
        else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...messageOf(turn), content: [contentOf(turn)], stop_reason: stopOf(turn) }))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return api
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
  }

  private turnFor(asked: Asked): Turn {
    // Clients also ask for a title and the like.
    if ((asked.tools?.length ?? 0) === 0) return { text: 'A title' }
    this.asked.push(asked)
    return this.turns.shift() ?? { text: 'Done.' }
  }
}

const stopOf = (turn: Turn): string => ('tool' in turn ? 'tool_use' : 'end_turn')
const contentOf = (turn: Turn): object => ('tool' in turn ? { type: 'tool_use', id: `toolu_${Math.random().toString(36).slice(2)}`, name: turn.tool, input: turn.input } : { type: 'text', text: turn.text })
const messageOf = (turn: Turn): object => ({ id: `msg_${stopOf(turn)}`, type: 'message', role: 'assistant', model: 'stand-in', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 1, output_tokens: 1 } })

function streamOf(turn: Turn): string {
  const events: object[] = [{ type: 'message_start', message: messageOf(turn) }]
  if ('tool' in turn) {
    events.push({ type: 'content_block_start', index: 0, content_block: { ...contentOf(turn), input: {} } }, { type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: JSON.stringify(turn.input) } })
  } else {
    events.push({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } }, { type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: turn.text } })
  }
  events.push({ type: 'content_block_stop', index: 0 }, { type: 'message_delta', delta: { stop_reason: stopOf(turn), stop_sequence: null }, usage: { output_tokens: 1 } }, { type: 'message_stop' })
  return events.map((event) => `event: ${(event as { type: string }).type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}
