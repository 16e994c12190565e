import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/** What a model says in one turn: a call of a tool, or its last words. `tokens`: how long the conversation is by then, as the client counts. */
export type Turn = ({ tool: string; input: object | string } | { text: string }) & { tokens?: number }
/** A turn, or what makes it up once it is due, when something has to happen before. */
export type Due = Turn | ((asked: Asked) => Promise<Turn>)

/** How a client and the API of its model speak. */
export interface Form {
  path: RegExp
  /** Clients also ask for a title and the like, without tools. */
  offersTools(body: object): boolean
  /** What was said so far, oldest first. */
  said(body: object): { byModel: boolean; text: string }[]
  /** The answer as a stream of events. */
  stream(turn: Turn): string
  /** The answer to a request that wants no stream. */
  whole(turn: Turn): object
  isStream(body: object, url: string): boolean
}

export interface Asked {
  body: object
  /** What the model is told since its last turn: results of its tools, and what the client adds to them. */
  newest: string
}

/** Stands in for the API of a model: answers each request that offers tools with the next turn. */
export class ModelApi {
  /** What was asked of it, with tools on offer. */
  readonly asked: Asked[] = []
  private readonly failed: unknown[] = []
  private constructor(private readonly server: Server, private readonly form: Form, private readonly turns: Due[], private readonly aside: ReadonlyMap<string, Due[]>) {}

  /** @param aside Turns on something else (a subagent's, a summary), by what the first or the newest message has in it */
  static async start(form: Form, turns: readonly Due[], aside: Readonly<Record<string, readonly Due[]>> = {}): Promise<ModelApi> {
    const server = createServer()
    const api = new ModelApi(server, form, [...turns], new Map(Object.entries(aside).map(([text, due]) => [text, [...due]])))
    server.on('request', (request, response) => {
      let text = ''
      request.setEncoding('utf8').on('data', (part: string) => (text += part))
      request.on('end', () => {
        const url = request.url ?? ''
        if (request.method !== 'POST' || !form.path.test(url)) return void response.writeHead(404, { 'content-type': 'application/json' }).end('{}')
        const body = JSON.parse(text) as object
        void api.turnFor(body).then((turn) => {
          if (form.isStream(body, url)) response.writeHead(200, { 'content-type': 'text/event-stream' }).end(form.stream(turn))
          else response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(form.whole(turn)))
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

  private async turnFor(body: object): Promise<Turn> {
    if (!this.form.offersTools(body)) return { text: 'A title' }
    const said = this.form.said(body)
    const newest = said.slice(said.findLastIndex(({ byModel }) => byModel) + 1).map(({ text }) => text).join('\n')
    const asked = { body, newest }
    this.asked.push(asked)
    const words = `${said[0]?.text ?? ''}\n${newest}`
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

/** The text in whatever a message holds. */
export function textOf(content: unknown): string {
  if (typeof content === 'string') return content
  if (Array.isArray(content)) return content.map(textOf).filter((text) => text !== '').join('\n')
  if (typeof content !== 'object' || content === null) return ''
  const { text, content: inner, output } = content as { text?: unknown; content?: unknown; output?: unknown }
  return textOf(text ?? inner ?? output)
}

/** Events of a stream, each under the name that its type has. */
export function eventStream(...events: ({ type: string } & Record<string, unknown>)[]): string {
  return events.map((event) => `event: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`).join('')
}

export function freshId(): string {
  return Math.random().toString(36).slice(2)
}
