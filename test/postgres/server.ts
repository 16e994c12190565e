import { spawn, type ChildProcess } from 'node:child_process'
import { createInterface } from 'node:readline'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/projectRoot.js'

/** A PostgreSQL for tests, in a process of its own: it ends with this one, however this one ends. */
export class TestServer {
  private constructor(private readonly program: ChildProcess, private readonly lines: AsyncIterator<string>, private state: { address: string; pid: number }) {}

  static async start(): Promise<TestServer> {
    const program = spawn(process.execPath, [join(projectRoot, 'out', 'scripts', 'db.js'), '--serve'], { stdio: ['pipe', 'pipe', 'inherit'] })
    const lines = createInterface(program.stdout)[Symbol.asyncIterator]()
    return new TestServer(program, lines, await next(lines))
  }

  /** With the name of a ledger that nobody else uses. */
  addressOf(space: string): string {
    return `${this.state.address}?space=${encodeURIComponent(space)}`
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

let shared: Promise<TestServer> | undefined

/** One for all tests of a run that do no harm to it; stopped when the run is over. */
export function testServer(): Promise<TestServer> {
  return (shared ??= TestServer.start())
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
