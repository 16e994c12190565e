import assert from 'node:assert/strict'
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { openMuster } from '../../../src/core/open.js'
import { takeHand } from '../../../src/documents/hand.js'
import { start } from './musterProcess.js'
import { Repository } from './repository.js'

describe('muster repair', function () {
  this.timeout(600_000)
  let repo: Repository

  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  const segment = (): string => join(repo.root, '.muster', 'ledger', '00000001.jsonl')
  const lines = (): string[] => readFileSync(segment(), 'utf8').trimEnd().split('\n')

  /** Damages the line that grants a lock on the resource. */
  function damage(resource: string): void {
    writeFileSync(segment(), lines().map((line) => (line.includes('claim.granted') && line.includes(resource) ? line.replace('granted', 'gRanted') : line)).join('\n') + '\n')
  }

  it('shows what can be read of damaged records, repairs them when it is told to, and gives no number twice', async () => {
    await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
    await repo.json('claim', 'src/b.ts', '--agent', 'beta')
    const { json: last } = await repo.json('claim', 'src/c.ts', '--agent', 'gamma')
    damage('src/b.ts')
    const before = lines()

    const status = await repo.json('status')
    assert.deepEqual([status.exit, status.json.error?.code, (status.json['claims'] as { resource: string }[]).map(({ resource }) => resource)], [3, 'LEDGER_DAMAGED', ['src/a.ts']])
    assert.match(status.json.error?.hint ?? '', /muster repair/)
    const log = await repo.json('log', '--since', '60', '--of', 'alpha', '--type', 'claim')
    assert.deepEqual([log.exit, (log.json['entries'] as { event: { type: string } }[]).map(({ event }) => event.type)], [3, ['claim.granted']])
    const all = await repo.json('log')
    const resources = (all.json['entries'] as { event: { type: string; resource?: { path: string } } }[]).flatMap(({ event }) => (event.type === 'claim.granted' ? [event.resource!.path] : []))
    assert.deepEqual([resources, (all.json['gaps'] as { from: number }[]).length], [['src/a.ts', 'src/c.ts'], 1])
    const [{ from }] = all.json['gaps'] as [{ from: number }]
    const shown = await repo.muster('log')
    assert.match(shown.out, new RegExp(`alpha locked src/a.ts[^]*-- Entry ${from} is missing or was changed[^]*gamma locked src/c.ts`))
    assert.match(shown.err, /muster repair/)
    const verified = await repo.json('verify')
    assert.equal(verified.json['commits'], (await repo.json('repair', '--dry-run')).json['kept'])
    assert.deepEqual([verified.exit, (verified.json['problem'] as { kind: string; line: number }).kind], [1, 'damaged'])
    const follower = start(repo.root, ['log', '--follow', '--json'])
    await follower.printed('src/a.ts')
    follower.child.kill('SIGINT')
    assert.equal((await follower.ended).exit, 3)

    const dry = await repo.json('repair', '--dry-run')
    assert.deepEqual([dry.exit, (dry.json['found'] as { kind: string }[]).map(({ kind }) => kind), dry.json['setAside']], [0, ['entries'], undefined])
    assert.deepEqual([(await repo.json('repair')).json['reason'], (await repo.json('repair', '--yes', '--agent', 'alpha')).json['reason']], ['NOT_CONFIRMED', 'PERSON_ONLY'])
    assert.match((await repo.muster('repair')).err, /--yes/)
    assert.deepEqual(lines(), before)

    const done = await repo.json('repair', '--yes')
    assert.equal(done.exit, 0)
    const { folder, files } = done.json['setAside'] as { folder: string; files: string[] }
    assert.deepEqual([files, readFileSync(join(folder, files[0]!), 'utf8').trimEnd().split('\n')], [['ledger/00000001.jsonl'], before])
    assert.equal((JSON.parse(readFileSync(join(folder, 'report.json'), 'utf8')) as { kept: number }).kept, done.json['kept'])
    const after = await repo.json('status')
    assert.deepEqual([after.exit, (after.json['claims'] as { resource: string }[]).map(({ resource }) => resource)], [0, ['src/a.ts', 'src/c.ts']])
    assert.equal((await repo.json('verify')).exit, 0)
    const next = await repo.json('claim', 'src/b.ts', '--agent', 'delta')
    assert.ok(Number(next.json['token']) > Number(last['token']))
    const again = await repo.muster('repair', '--yes')
    assert.match(again.out, /Nothing is wrong/)
    assert.deepEqual([(await repo.json('repair', '--yes')).json['dryRun'], (await repo.json('repair', '--dry-run')).json['dryRun']], [false, true])
    assert.equal(readdirSync(join(repo.root, '.muster', 'damaged')).length, 1)
  })

  it('waits until windows are closed, or is forced; a window that is open goes on', async () => {
    const folder = join(repo.root, '.muster')
    const window = await openMuster({ folder, root: repo.root, agent: 'window', kind: 'person', settings: { rescanSeconds: 1 } })
    try {
      for (const name of ['src/a.ts', 'src/b.ts', 'src/c.ts']) assert.ok((await window.claim(name)).ok)
      damage('src/b.ts')
      const refused = await repo.json('repair', '--yes')
      assert.deepEqual([refused.exit, refused.json.error?.code], [3, 'BUSY'])
      assert.match(refused.json.error?.message ?? '', new RegExp(String(process.pid)))
      assert.deepEqual((await repo.json('repair', '--dry-run')).json['openIn'], [process.pid])
      assert.equal((await repo.json('repair', '--yes', '--force')).exit, 0)
      const { claims } = await window.refresh()
      assert.deepEqual(claims.map(({ resource }) => resource), ['src/a.ts', 'src/c.ts'])
      const again = await window.claim('src/b.ts')
      assert.ok(again.ok && again.token > Math.max(...claims.map(({ token }) => token)))
    } finally {
      await window.close()
    }
  })

  it('ends the lock whose end was lost, and tells its holder', async () => {
    await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
    await repo.json('release', 'src/a.ts', '--agent', 'alpha')
    await repo.json('claim', 'src/a.ts', '--agent', 'beta')
    writeFileSync(segment(), lines().filter((line) => !line.includes('claim.ended')).join('\n') + '\n')
    const done = await repo.json('repair', '--yes')
    assert.equal(done.json['settled'], 1)
    const { json } = await repo.json('claims')
    assert.deepEqual((json['claims'] as { heldBy: string }[]).map(({ heldBy }) => heldBy), ['beta'])
    assert.match(JSON.stringify((await repo.json('inbox', '--peek', '--agent', 'alpha')).json['messages']), /have been repaired/)
  })

  it('makes all documents anew, with the same bytes, and keeps what somebody wrote', async () => {
    await repo.json('docs', 'init', '--yes')
    await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
    await repo.json('work-log', 'USDT market done', '--agent', 'alpha')
    await repo.json('deliver', '--title', 'Orders', '--file', 'src/a.ts - routes', '--ready', '--agent', 'alpha')
    await repo.json('decision', 'propose', '--title', 'Use tabs', '--agent', 'alpha')
    await repo.json('plan', 'change', '--phase', 'Foundation', '--acceptance', 'builds')
    mkdirSync(join(repo.root, '.muster', 'agents', 'beta', 'inbox'), { recursive: true })
    await repo.json('send', '--to', 'beta', '--subject', 'hello', '--body', 'you', '--agent', 'alpha')
    await repo.json('docs', 'write')
    const documents = (): Record<string, string> => Object.fromEntries(['STATUS.md', 'DECISIONS.md', 'AGENTS.md', ...['agents', 'state'].flatMap((folder) => readdirSync(join(repo.root, '.muster', folder), { recursive: true, encoding: 'utf8' }).map((name) => join('.muster', folder, name)))]
      .filter((file) => !file.includes('.yours-') && statSync(join(repo.root, file)).isFile()).sort().map((file) => [file, readFileSync(join(repo.root, file), 'utf8')]))
    const before = documents()
    assert.ok(Object.keys(before).length >= 8, Object.keys(before).join())
    assert.match(before['STATUS.md']!, /Phase 0 - Foundation/)

    for (const folder of ['agents', 'state', 'documents']) removeFolder(join(repo.root, '.muster', folder))
    mkdirSync(join(repo.root, '.muster', 'agents', 'beta', 'inbox'), { recursive: true })
    writeFileSync(join(repo.root, 'STATUS.md'), before['STATUS.md']!.replace('Foundation', 'Mine'))
    const rebuilt = await repo.json('repair', '--yes')
    assert.deepEqual([rebuilt.exit, Number(rebuilt.json['documents']) >= 6], [0, true])
    assert.deepEqual(documents(), before)
    const [kept] = readdirSync(repo.root).filter((name) => name.startsWith('STATUS.md.yours-'))
    assert.match(readFileSync(join(repo.root, kept!), 'utf8'), /Mine/)
    assert.deepEqual([(await repo.json('repair', '--yes')).json['documents'], documents()], [0, before])
  })

  it('says that work logs were not made anew while somebody else adds to them, and makes them when it is run again', async () => {
    await repo.json('work-log', 'begun', '--agent', 'alpha')
    await repo.json('docs', 'write')
    const log = join(repo.root, '.muster', 'agents', 'alpha', '.agent_work_log')
    rmSync(log)
    const hand = (await takeHand(join(repo.root, '.muster', 'documents')))!
    const shown = setInterval(() => void hand.holds(), 1_000)
    try {
      for (const args of [['docs', 'write', '--whole'], ['repair', '--yes']]) {
        const { exit, json } = await repo.json(...args)
        assert.deepEqual([exit, json.ok, json.error?.code, /docs write --whole/.test(json.error?.hint ?? '')], [3, false, 'BUSY', true], args.join(' '))
        const { exit: code, out, err } = await repo.muster(...args)
        assert.equal(code, 3)
        assert.match(out + err, /Somebody else is adding to work logs just now[^]*muster docs write --whole/)
      }
      assert.equal((await repo.json('docs', 'write')).exit, 0)
    } finally {
      clearInterval(shown)
      await hand.release()
    }
    assert.deepEqual([(await repo.json('docs', 'write', '--whole')).exit, readFileSync(log, 'utf8').replace(/^\S+: /, '')], [0, 'begun\n'])
  })
})
