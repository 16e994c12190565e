import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { freePort } from '../../scripts/postgresServer.js'
import { removeFolder } from '../../scripts/removeFolder.js'

/** A real pgbouncer that gives each transaction another connection to the server, of which there are few. */
export class Pooler {
  private constructor(private readonly program: ChildProcess, private readonly folder: string, private readonly target: string, readonly port: number) {}

  /** @param target Address of the server, for the user and password `muster`. */
  static async before(program: string, target: string, connections: number): Promise<Pooler> {
    for (let tries = 1; ; tries++) {
      const begun = await Pooler.at(await freePort(), program, target, connections)
      if (begun instanceof Pooler) return begun
      // Its port may have become somebody else's.
      if (tries === 5) throw new Error(`pgbouncer ended:\n${begun}`)
    }
  }

  /** @returns what it said where it ended */
  private static async at(port: number, program: string, target: string, connections: number): Promise<Pooler | string> {
    const folder = mkdtempSync(join(tmpdir(), 'muster-pooler-'))
    const { hostname, port: serverPort, username, password } = new URL(target)
    writeFileSync(join(folder, 'users.txt'), `"${username}" "${password}"\n`)
    writeFileSync(join(folder, 'pgbouncer.ini'), [
      '[databases]', `* = host=${hostname} port=${serverPort}`,
      '[pgbouncer]', 'listen_addr = 127.0.0.1', `listen_port = ${port}`, 'unix_socket_dir =', 'auth_type = scram-sha-256', `auth_file = ${join(folder, 'users.txt')}`,
      'pool_mode = transaction', `default_pool_size = ${connections}`, 'max_client_conn = 200', '',
    ].join('\n'))
    const asRoot = userInfo().uid === 0
    // It refuses to run as root, and the user that PostgreSQL runs as has to read this.
    if (asRoot) for (const file of ['', 'users.txt', 'pgbouncer.ini']) chmodSync(join(folder, file), 0o755)
    const child = spawn(program, [...(asRoot ? ['-u', 'postgres'] : []), join(folder, 'pgbouncer.ini')], { stdio: ['ignore', 'ignore', 'pipe'] })
    let log = ''
    child.stderr.on('data', (text: Buffer) => (log += text.toString()))
    let over = false
    child.once('close', () => (over = true))
    // Not whether somebody answers there: that may be another one.
    while (!log.includes(`listening on 127.0.0.1:${port}`)) {
      if (over) return log
      await wait(50)
    }
    return new Pooler(child, folder, target, port)
  }

  /** The address of the database by way of this. */
  addressOf(address: string): string {
    return address.replace(`:${new URL(this.target).port}/`, `:${this.port}/`)
  }

  async stop(): Promise<void> {
    const ended = once(this.program, 'exit')
    this.program.kill('SIGKILL')
    await ended
    removeFolder(this.folder)
  }
}
