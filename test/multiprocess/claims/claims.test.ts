import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { EventEmitter, once } from 'node:events'
import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import { collides } from '../../../src/core/model/overlap.js'
import type { Resource } from '../../../src/core/model/resource.js'
import { exactNames } from '../../../src/core/names.js'
import { resolveResource } from '../../../src/core/system/resolve.js'
import { homes, type Home } from '../../postgres/homes.js'
import { stopAfterAll } from '../../postgres/server.js'

interface Held {
  agent: string
  resource: string
  token: number
  start: bigint
  end: bigint
  released: boolean
}

const script = join(dirname(fileURLToPath(import.meta.url)), 'worker.js')

stopAfterAll()

for (const where of ['in a folder', 'in PostgreSQL'] as const) describe(`eight processes claiming the same things ${where}, some stopped and some killed`, function () {
  this.timeout(0)
  let home: Home
  let repo: string
  let workers: Map<string, ChildProcess>
  const held: Held[] = []
  const reported = new EventEmitter()

  function start(name: string): Promise<unknown> {
    const child = fork(script, [join(repo, '.muster'), name], { cwd: repo, env: { ...process.env, ...home.environment } })
    child.on('message', (message: { type: string } & Record<string, string>) => {
      if (message.type !== 'held') return
      held.push({ ...message, agent: name, start: BigInt(message['start']!), end: BigInt(message['end']!) } as never)
      reported.emit('held')
    })
    workers.set(name, child)
    return once(child, 'message')
  }

  /** Resolves once that many more holds were reported. */
  async function holds(count: number): Promise<void> {
    const goal = held.length + count
    while (held.length < goal) await once(reported, 'held')
  }

  before(async () => {
    home = await homes[where]()
    repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-claims-')))
    workers = new Map()
  })
  after(() => {
    for (const worker of workers.values()) worker.kill('SIGKILL')
    removeFolder(repo)
  })

  it('never hold what collides at the same time, and nothing stays locked', async () => {
    const names = Array.from({ length: 8 }, (_, i) => `w${i}`)
    await Promise.all(names.map(start))
    for (let round = 0; round < 6; round++) {
      await holds(40)
      const victim = names[round % names.length]!
      const stopped = names[(round + 3) % names.length]!
      workers.get(victim)!.kill('SIGKILL')
      workers.get(stopped)!.kill('SIGSTOP')
      await once(workers.get(victim)!, 'exit')
      workers.delete(victim)
      await start(victim)
      await holds(60)
      workers.get(stopped)!.kill('SIGCONT')
    }
    await Promise.all([...workers.values()].map(async (worker) => {
      const ended = once(worker, 'exit')
      worker.send('stop')
      await ended
    }))
    workers.clear()

    const tree = { root: repo, id: '', gitDir: undefined, commonDir: undefined }
    const resourceOf = (text: string): Resource => resolveResource(text, { tree, base: repo, names: exactNames })
    const kept = held.filter((one) => one.released).sort((a, b) => (a.start < b.start ? -1 : 1))
    assert.ok(kept.length >= 500, `${kept.length} holds`)
    for (const [i, one] of kept.entries()) {
      for (const other of kept.slice(i + 1)) {
        if (other.start >= one.end) break
        if (one.agent === other.agent) continue
        assert.ok(!collides(resourceOf(one.resource), resourceOf(other.resource)), `${one.agent} held ${one.resource} (${one.token}) while ${other.agent} held ${other.resource} (${other.token})`)
      }
    }
    const tokens = new Map<string, number>()
    for (const one of [...kept].sort((a, b) => a.token - b.token)) {
      assert.notEqual(tokens.get(one.resource), one.token, 'a token was given twice')
      tokens.set(one.resource, one.token)
    }
    const m = await openMuster({ folder: join(repo, '.muster'), agent: 'last', ...home.options })
    const left = (await m.listClaims()).filter((claim) => claim.presence === 'live')
    assert.deepEqual(left, [])
    await m.close()
  })
})
