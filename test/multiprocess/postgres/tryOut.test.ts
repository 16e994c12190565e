import assert from 'node:assert/strict'
import { spawn, type ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { freePort, startPostgres } from '../../../scripts/postgresServer.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'

describe('npm run db', function () {
  this.timeout(600_000)
  let place: string
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'muster-db-'))))
  afterEach(() => removeFolder(place))

  // As it is built: who builds it again takes away what all other tests run from.
  const start = (port: number): ChildProcessByStdio<null, Readable, Readable> => spawn(process.execPath, [join('out', 'scripts', 'db.js'), '--port', String(port)], { cwd: projectRoot, detached: true, env: { ...process.env, TMPDIR: place }, stdio: ['ignore', 'pipe', 'pipe'] })
  const until = (child: ReturnType<typeof start>, text: string): Promise<void> => new Promise((resolve, reject) => {
    let said = ''
    // Read on: what it says to nobody would end it.
    child.stdout.setEncoding('utf8').on('data', (part: string) => {
      if ((said += part).includes(text)) resolve()
    })
    child.once('close', () => reject(new Error(`It ended: ${said}`)))
  })

  it('leaves nothing behind when Ctrl-C ends it, and says in a line where its port is taken', async function () {
    if (process.platform === 'win32') this.skip()
    const port = await freePort()
    const first = start(port)
    await until(first, 'Ctrl-C ends it')
    const second = start(port)
    let said = ''
    second.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
    const [code] = (await once(second, 'close')) as [number]
    assert.equal(code, 1)
    assert.match(said, /choose another one: npm run db -- --port/)
    assert.doesNotMatch(said, /\n +at /)
    // As a terminal does: everything that runs there hears of it.
    const ended = once(first, 'exit')
    process.kill(-first.pid!, 'SIGINT')
    await ended
    assert.deepEqual(readdirSync(place).filter((name) => name.startsWith('muster-postgres-')), [])
  })

  it('begins at another port where the one that was free is somebody else\'s by the time it begins', async () => {
    const other = createServer()
    await new Promise<void>((done) => other.listen(0, '127.0.0.1', done))
    const taken = (other.address() as AddressInfo).port
    const ports = [taken, await freePort()]
    const server = await startPostgres({ findPort: () => Promise.resolve(ports.shift()!) })
    try {
      assert.deepEqual([ports, new URL(server.address).port === String(taken)], [[], false])
    } finally {
      await server.stop()
      other.close()
    }
  })
})
