import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import postgres from 'postgres'
import { projectRoot } from '../../scripts/projectRoot.js'

/** A PostgreSQL that tests may use as they like, by a user who may do everything. */
export interface AnyServer {
  /** Without the name of a ledger. */
  readonly address: string
  readonly port: number
  /** With the name of a ledger that nobody else uses. */
  addressOf(space: string): string
  stop(): Promise<void>
}

/** A PostgreSQL for tests, in a process of its own: it ends with this one, however this one ends. */
export class TestServer implements AnyServer {
  private constructor(private readonly program: ChildProcess, private readonly lines: AsyncIterator<string>, private state: { address: string; pid: number }) {}

  static async start(): Promise<TestServer> {
    const program = spawn(process.execPath, [join(projectRoot, 'out', 'scripts', 'db.js'), '--serve'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
    return new TestServer(program, lines, await next(lines))
  }

  addressOf(space: string): string {
    return withSpace(this.state.address, space)
  }

  get address(): string {
    return this.state.address
  }

  get port(): number {
    return Number(new URL(this.state.address).port)
  }

  /** As a failing machine does: its main process gets no chance to put anything in order. */
  kill(): void {
    process.kill(this.state.pid, 'SIGKILL')
  }

  async restart(): Promise<void> {
    this.program.stdin!.write('restart\n')
    this.state = await next(this.lines)
  }

  async stop(): Promise<void> {
    const ended = new Promise((done) => this.program.once('exit', done))
    this.program.stdin!.end()
    await ended
  }
}

async function next(lines: AsyncIterator<string>): Promise<{ address: string; pid: number }> {
  const { value, done } = await lines.next()
  if (done) throw new Error('PostgreSQL for the tests did not start.')
  return JSON.parse(value as string) as { address: string; pid: number }
}

let shared: Promise<AnyServer> | undefined

/**
 * One for all tests of a run that do no harm to it; stopped when the run is over. `MUSTER_TEST_POSTGRES` is the address of
 * another one on this machine (of another version, say), which is used instead and left running.
 */
export function testServer(): Promise<AnyServer> {
  const address = process.env['MUSTER_TEST_POSTGRES']
  return (shared ??= address ? Promise.resolve(otherServer(address)) : TestServer.start())
}

function otherServer(address: string): AnyServer {
  return { address, port: Number(new URL(address).port || 5432), addressOf: (space) => withSpace(address, space), stop: () => Promise.resolve() }
}

function withSpace(address: string, space: string): string {
  return `${address}?space=${encodeURIComponent(space)}`
}

/** To be said once in every file that uses {@link testServer}. */
export function stopAfterAll(): void {
  after(async () => {
    await (await shared)?.stop()
    shared = undefined
  })
}

let spaces = 0

export function freshSpace(): string {
  return `test ${process.pid} ${++spaces} „ü'\\`
}

/** Address of a database of its own, without any tables, with the name of a ledger. */
export async function freshDatabase(): Promise<string> {
  const server = await testServer()
  const name = `fresh_${process.pid}_${++spaces}`
  const sql = postgres(server.address, { max: 1, onnotice: () => undefined })
  await sql.unsafe(`create database ${name} encoding 'UTF8' template template0`)
  await sql.end()
  const address = new URL(server.addressOf('fresh'))
  address.pathname = `/${name}`
  return address.href
}
