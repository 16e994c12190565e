import assert from 'node:assert/strict'
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { times } from '../../counts.js'
import { homes } from '../../postgres/homes.js'
import { stopAfterAll } from '../../postgres/server.js'

const script = fileURLToPath(new URL('./correspondent.js', import.meta.url))
const MESSAGES = times(1000, 10_000)
const KILLS = times(10, 50)

stopAfterAll()

for (const where of ['in a folder', 'in PostgreSQL'] as const) describe(`messages ${where} between processes that are killed`, function () {
  this.timeout(0)
  let root: string

  beforeEach(() => (root = realpathSync(mkdtempSync(join(tmpdir(), 'muster-messages-')))))
  afterEach(() => removeFolder(root))

  it(`${MESSAGES} messages, ${KILLS} kills of either side: none is lost, each sender's come in order, and none twice but after a kill`, async () => {
    const { environment } = await homes[where]()
    const senders = ['s1', 's2']
    const each = MESSAGES / senders.length
    const running = new Map<string, ChildProcess>()
    const shown = join(root, 'shown')
    const allowed = join(root, 'allowed')
    /** How many are shown when the n-th is killed. */
    const at = (n: number): number => (n * MESSAGES) / (KILLS + 1)
    // One further than the next kill: a reader that is quicker than whoever kills would be done before.
    const allow = (n: number): void => writeFileSync(allowed, String(n > KILLS ? Infinity : at(n)))
    allow(2)
    const start = (role: string): ChildProcess => {
      const child = fork(script, [join(root, '.muster'), role, String(each), shown, allowed], { cwd: root, env: { ...process.env, ...environment } })
      running.set(role, child)
      return child
    }
    const done = new Set<string>()
    let killed = 0
    const rounds = new Map<string, Promise<void>>()
    /** Runs one side to its end, however often it is killed. */
    async function keep(role: string): Promise<void> {
      for (;;) {
        const [code] = (await once(start(role), 'exit')) as [number | null]
        if (code === 0) break
        assert.equal(code, null, `${role} ended with ${code}`)
      }
      done.add(role)
    }
    for (const role of [...senders, 'reader']) rounds.set(role, keep(role))
    // By how far the reader is, so that the kills are spread over the whole.
    for (let n = 1; n <= KILLS && done.size < 3; n++) {
      while (linesOf(shown).length < at(n) && done.size < 3) await new Promise((resolve) => setTimeout(resolve, 5))
      const wanted = ['reader', ...senders][n % 3]!
      // Senders may be far ahead of who reads; that one is there to the end.
      const role = done.has(wanted) ? 'reader' : wanted
      if (done.has(role)) break
      killed++
      running.get(role)!.kill('SIGKILL')
      allow(n + 2)
    }
    await Promise.all(rounds.values())

    assert.equal(killed, KILLS)
    const last = new Map<string, number>()
    const reads = new Map<string, string>()
    /** Was read last by a life, which may have been killed over it. */
    const mayCome = new Set<string>()
    const lines = linesOf(shown).map((line) => line.split(/[ .]/) as [string, string, string, string])
    const lastBatch = new Map(lines.map(([life, batch]) => [life, batch]))
    for (const [life, batch, sender, number] of lines) {
      const before = reads.get(`${sender} ${number}`)
      reads.set(`${sender} ${number}`, life)
      assert.notEqual(before, life, `${sender}'s ${number} was shown twice by one process`)
      const may = mayCome.delete(`${sender} ${number}`)
      if (batch === lastBatch.get(life)) mayCome.add(`${sender} ${number}`)
      if (before !== undefined) {
        assert.ok(may, `${sender}'s ${number} was shown again, and was not being read when its reader was killed`)
        continue
      }
      assert.equal(Number(number), (last.get(sender) ?? 0) + 1, `${sender}'s ${number} came after ${last.get(sender)}`)
      last.set(sender, Number(number))
    }
    for (const sender of senders) assert.equal(last.get(sender), each)
  })
})

function linesOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\n').slice(0, -1)
  } catch {
    return []
  }
}
