import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { freePort } from '../../../scripts/postgresServer.js'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'

describe('npm run db', function () {
  this.timeout(600_000)
  let place: string
  beforeEach(() => (place = mkdtempSync(join(tmpdir(), 'muster-db-'))))
  afterEach(() => removeFolder(place))

  const start = (port: number): ReturnType<typeof spawn> => spawn(process.execPath, ['scripts/run.mjs', 'scripts/db', '--port', String(port)], { cwd: projectRoot, detached: true, env: { ...process.env, TMPDIR: place }, stdio: ['ignore', 'pipe', 'pipe'] })
  const until = async (child: ReturnType<typeof spawn>, text: string): Promise<void> => {
    let said = ''
    for await (const part of child.stdout as AsyncIterable<Buffer>) {
      said += part.toString()
      if (said.includes(text)) return
    }
    assert.fail(`It ended: ${said}`)
  }

  it('leaves nothing behind when Ctrl-C ends it, and says in a line where its port is taken', async function () {
    if (process.platform === 'win32') this.skip()
    const port = await freePort()
    const first = start(port)
    await until(first, 'Ctrl-C ends it')
    const second = start(port)
    let said = ''
    second.stderr?.on('data', (part: Buffer) => (said += part.toString()))
    const [code] = (await once(second, 'exit')) as [number]
    assert.equal(code, 1)
    assert.match(said, /choose another one: npm run db -- --port/)
    assert.doesNotMatch(said, /\n +at /)
    // As a terminal does: everything that runs there hears of it.
    const ended = once(first, 'exit')
    process.kill(-first.pid!, 'SIGINT')
    await ended
    assert.deepEqual(readdirSync(place).filter((name) => name.startsWith('muster-postgres-')), [])
  })
})
