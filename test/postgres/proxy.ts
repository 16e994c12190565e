import { createConnection, createServer, type AddressInfo, type Server, type Socket } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'

/** Stands between a client and the database, and does to their connections what networks and poolers do. */
export class Proxy {
  /** ms that everything takes each way. */
  delay = 0
  /** Nothing goes through any more, and nobody is told. */
  hangs = false
  /** Notifications are left out, as where a pooler gives each transaction another connection. */
  tellsNothing = false
  /** Called with what a client sends, before it is passed on. */
  onSent: (text: string) => void = () => undefined
  private readonly pairs = new Set<readonly [Socket, Socket]>()

  private constructor(private readonly target: number, private server: Server, readonly port: number, private readonly host: string) {}

  /** @param host Where it listens, so that another network can reach it. */
  static async to(target: number, host = '127.0.0.1'): Promise<Proxy> {
    const server = createServer()
    await listen(server, 0, host)
    const proxy = new Proxy(target, server, (server.address() as AddressInfo).port, host)
    server.on('connection', (client) => proxy.join(client))
    return proxy
  }

  /** The address of the database by way of this. */
  addressOf(address: string): string {
    return address.replace(`:${this.target}/`, `:${this.port}/`)
  }

  /** Every connection ends at once. */
  cut(): void {
    for (const pair of this.pairs) for (const socket of pair) socket.resetAndDestroy()
  }

  /** What the database answers from now on gets lost: the connections end with it. */
  loseAnswers(): void {
    for (const [client, server] of this.pairs) {
      server.removeAllListeners('data')
      server.once('data', () => client.resetAndDestroy())
    }
  }

  /** Nobody answers any more, and nobody who was connected is. */
  async down(): Promise<void> {
    const closed = new Promise((done) => this.server.close(done))
    this.cut()
    await closed
  }

  async up(): Promise<void> {
    this.server = createServer((client) => this.join(client))
    // Meanwhile its port may have become that of a connection of somebody else's, which ends.
    while (!(await listen(this.server, this.port, this.host).then(() => true, isTaken))) await wait(50)
  }

  async close(): Promise<void> {
    if (this.server.listening) await this.down()
    this.cut()
  }

  private join(client: Socket): void {
    const server = createConnection(this.target, '127.0.0.1')
    const pair = [client, server] as const
    this.pairs.add(pair)
    const end = (): void => {
      this.pairs.delete(pair)
      client.destroy()
      server.destroy()
    }
    for (const socket of pair) socket.on('error', end).on('close', end).setNoDelay(true)
    client.on('data', (data) => {
      this.onSent(data.toString('latin1'))
      this.pass(data, server)
    })
    const filter = withoutNotifications()
    server.on('data', (data) => this.pass(this.tellsNothing ? filter(data) : data, client))
  }

  private pass(data: Buffer, to: Socket): void {
    if (this.hangs) return
    if (this.delay === 0) to.write(data)
    else setTimeout(() => to.writable && to.write(data), this.delay)
  }
}

/** @returns false for an address in use @throws any other error */
function isTaken(error: NodeJS.ErrnoException): boolean {
  if (error.code !== 'EADDRINUSE') throw error
  return false
}

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((done, fail) => server.once('error', fail).listen(port, host, done))
}

/** Messages of the server are a letter, a length and that many bytes; `A` is a notification. */
function withoutNotifications(): (data: Buffer) => Buffer {
  let rest = Buffer.alloc(0)
  return (data) => {
    // Whether it speaks TLS it says with one letter, before all messages.
    if (rest.length === 0 && data.length === 1) return data
    rest = Buffer.concat([rest, data])
    const kept: Buffer[] = []
    while (rest.length >= 5 && rest.length >= 1 + rest.readUInt32BE(1)) {
      const end = 1 + rest.readUInt32BE(1)
      if (rest[0] !== 0x41) kept.push(rest.subarray(0, end))
      rest = rest.subarray(end)
    }
    return Buffer.concat(kept)
  }
}
