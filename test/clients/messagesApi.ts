import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a model says in one turn: a call of a tool, or its last words. `tokens`: how long the conversation is by then, as the client counts. */
export type Turn = ({ tool: string; input: object } | { text: string }) & { tokens?: number }

/** A turn, or what makes it up once it is due, when something has to happen before. */
export type Due = Turn | ((asked: Asked) => Promise<Turn>)

export interface Asked {
  tools?: { name: string }[]
  messages: { role: string; content: unknown }[]
}

/** Stands in for the API of a model: answers each request that offers tools with the next turn. */
export class MessagesApi {
  /** What was asked of it, with tools on offer. */
  readonly asked: Asked[] = []
  private readonly failed: unknown[] = []
  private constructor(private readonly server: Server, private readonly turns: Due[], private readonly aside: ReadonlyMap<string, Due[]>) {}

  /** @param aside Turns on something else (a subagent's, a summary), by what the first or the newest message has in it */
  static async start(turns: readonly Due[], aside: Readonly<Record<string, readonly Due[]>> = {}): Promise<MessagesApi> {
    const server = createServer()
    const api = new MessagesApi(server, [...turns], new Map(Object.entries(aside).map(([text, due]) => [text, [...due]])))
    server.on('request', (request, response) => {
      let body = ''
      request.setEncoding('utf8').on('data', (text: string) => (body += text))
      request.on('end', () => {
        if (request.method !== 'POST' || !/\/v1\/messages(\?|$)/.test(request.url ?? '')) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
        const asked = JSON.parse(body) as Asked & { stream?: boolean }
        void api.turnFor(asked).then((turn) => {
          if (asked.stream === true) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(streamOf(turn))
          else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ ...messageOf(turn), content: [contentOf(turn)], stop_reason: stopOf(turn) }))
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    return api
  }

  get address(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`
  }

  /** @throws what a turn threw that was made up: the client never hears of it */
  async stop(): Promise<void> {
    this.server.closeAllConnections()
    await new Promise((resolve) => this.server.close(resolve))
    if (this.failed.length > 0) throw this.failed[0]
  }

  private async turnFor(asked: Asked): Promise<Turn> {
    // Clients also ask for a title and the like.
    if ((asked.tools?.length ?? 0) === 0) return { text: 'A title' }
    this.asked.push(asked)
    const words = `${textOf(asked.messages[0]?.content)}\n${newest(asked)}`
    const [, turns = this.turns] = [...this.aside].find(([text]) => words.includes(text)) ?? []
    const due = turns.shift() ?? { text: 'Done.' }
    if (typeof due !== 'function') return due
    try {
      return await due(asked)
    } catch (error) {
      this.failed.push(error)
      return { text: 'The test has failed.' }
    }
  }
}

/** What the model is told since its last turn: results of its tools, and what the client adds to them. */
export function newest({ messages }: Asked): string {
  const last = messages.findLastIndex(({ role }) => role === 'assistant')
  return messages.slice(last + 1).map(({ content }) => textOf(content)).join('\n')
}

function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (!Array.isArray(content)) return ''
  return content.map((block: { text?: string; content?: unknown }) => block.text ?? textOf(block.content)).join('\n')
}

const stopOf = (turn: Turn): string => ('tool' in turn ? 'tool_use' : 'end_turn')
const contentOf = (turn: Turn): object => ('tool' in turn ? { type: 'tool_use', id: `toolu_${Math.random().toString(36).slice(2)}`, name: turn.tool, input: turn.input } : { type: 'text', text: turn.text })
const messageOf = (turn: Turn): object => ({ id: `msg_${stopOf(turn)}`, type: 'message', role: 'assistant', model: 'stand-in', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: turn.tokens ?? 1, output_tokens: 1 } })

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
