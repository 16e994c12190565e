import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../../vscode/driver/eventually.js'
import { appendNewerLine, snapshot } from './folderFiles.js'
import { start, type Result, type Running } from './musterProcess.js'

describe('muster as a process', function () {
  this.timeout(900_000)
  let repo: string

  const muster = (args: readonly string[], options: { cwd?: string; env?: NodeJS.ProcessEnv } = {}): Promise<Result> =>
    start(options.cwd ?? repo, args, options.env).ended
  const json = async (...args: string[]): Promise<Result> => {
    const result = await muster([...args, '--json'])
    assert.equal(result.out.split('\n').length, 2, `one line of JSON: ${result.out}`)
    assert.equal(result.err, '')
    return result
  }

  beforeEach(() => {
    repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-')))
    execFileSync('git', ['init', '--quiet', repo])
    execFileSync('git', ['-C', repo, 'config', 'user.name', 'Ada'])
    mkdirSync(join(repo, 'src'))
    writeFileSync(join(repo, 'src', 'a.ts'), '')
  })
  afterEach(() => removeFolder(repo))

  it('tells a story of two agents and a person, every command in JSON', async () => {
    const claimed = await json('claim', 'src/a.ts', '--agent', 'alpha', '--minutes', '20', '--note', 'fix login')
    assert.equal(claimed.exit, 0)
    assert.deepEqual(Object.keys(claimed.json).sort(), ['expiresAt', 'ok', 'overlaps', 'resource', 'token'])
    const { token } = claimed.json

    const refused = await json('claim', 'src/a.ts', '--agent', 'beta')
    assert.equal(refused.exit, 1)
    assert.deepEqual([refused.json['ok'], refused.json['heldBy'], refused.json['resource'], refused.json['stale']], [false, 'alpha', 'src/a.ts', false])
    assert.equal((await json('claim', 'src/b.ts', 'src/a.ts', '--agent', 'beta')).exit, 1)
    assert.equal((await json('claim', 'src/b.ts', 'port:3000', '--agent', 'beta')).exit, 0)

    const checkedIn = await json('check-in', 'src/a.ts', '--progress', '60', '--message', 'half way', '--token', String(token), '--agent', 'alpha')
    assert.deepEqual([checkedIn.exit, checkedIn.json['agent'], checkedIn.json['token']], [0, 'alpha', token])
    assert.equal((await json('check-in', 'src/a.ts', '--token', '1', '--agent', 'alpha')).exit, 1)
    const pointless = await json('check-in', '--token', String(token), '--agent', 'alpha')
    assert.deepEqual([pointless.exit, pointless.json.error?.code], [2, 'INVALID_INPUT'])

    const claims = (await json('claims', '--agent', 'alpha')).json['claims'] as { resource: string; mine: boolean; progress?: number }[]
    assert.deepEqual(claims.map(({ resource, mine }) => [resource, mine]).sort(), [['port:3000', false], ['src/a.ts', true], ['src/b.ts', false]])
    assert.equal(((await json('claims', '--mine', '--agent', 'alpha')).json['claims'] as unknown[]).length, 1)

    assert.deepEqual((await json('ask', 'src/a.ts', '--body', 'soon please', '--agent', 'beta')).json['to'], 'alpha')
    assert.equal((await json('ask', 'src/zzz.ts', '--body', 'x', '--agent', 'beta')).exit, 1)
    assert.equal((await json('send', '--to', 'alpha', '--subject', 'Hello', '--body', 'there', '--priority', 'high', '--agent', 'beta')).exit, 0)
    assert.equal((await json('send', '--to', 'role:lead', '--body', 'x', '--agent', 'beta')).exit, 1)

    const status = await json('status', '--agent', 'alpha')
    assert.deepEqual([status.exit, status.json['unread'], (status.json['me'] as { id: string }).id], [0, 2, 'alpha'])
    assert.equal(((await json('inbox', '--peek', '--unread', '--agent', 'alpha')).json['messages'] as unknown[]).length, 2)
    const inbox = (await json('inbox', '--unread', '--search', 'hello', '--agent', 'alpha')).json['messages'] as { id: string; fromName: string; body: string }[]
    assert.deepEqual(inbox.map(({ fromName, body }) => [fromName, body]), [['beta', 'there']])
    assert.equal((await json('ack', inbox[0]?.id ?? '', '--agent', 'alpha')).exit, 0)
    assert.equal((await json('reply', inbox[0]?.id ?? '', '--body', 'hi', '--agent', 'alpha')).exit, 0)
    assert.deepEqual([(await json('ack', 'm-999', '--agent', 'alpha')).exit, (await json('reply', 'm-999', '--body', 'x', '--agent', 'alpha')).exit], [1, 1])

    assert.equal((await json('force-release', 'src/a.ts', '--reason', 'x', '--agent', 'beta')).json['reason'], 'PERSON_ONLY')
    assert.equal((await json('force-release', 'src/a.ts', '--reason', 'release is due')).exit, 0)
    assert.equal((await json('release', 'src/a.ts', '--agent', 'alpha')).exit, 1)
    assert.equal((await json('release', 'src/b.ts', '--message', 'done', '--agent', 'beta')).exit, 0)

    const proposed = await json('decision', 'propose', '--title', 'Cookies', '--category', 'api', '--alternative', 'a', '--alternative', 'b', '--impact', 'high', '--agent', 'beta')
    assert.equal(proposed.exit, 0)
    const id = String(proposed.json['id'])
    assert.equal((await json('decision', 'approve', id, '--agent', 'alpha')).exit, 1)
    assert.equal((await json('decision', 'approve', id, '--note', 'fine')).json['status'], 'approved')
    assert.equal((await json('decision', 'reject', id)).exit, 1)
    assert.equal((await json('decision', 'approve', 'D-99')).exit, 1)
    assert.equal(((await json('decision', 'list', '--status', 'approved')).json['decisions'] as unknown[]).length, 1)

    const started = await json('startup', '--agent', 'alpha')
    assert.deepEqual([started.exit, (started.json['agent'] as { name: string }).name, (started.json['lost'] as unknown[]).length], [0, 'alpha', 1])
    const agents = (await json('agent', 'list')).json['agents'] as { id: string; kind: string }[]
    assert.deepEqual(agents.map(({ id, kind }) => [id, kind]).sort(), [['ada', 'person'], ['alpha', 'agent'], ['beta', 'agent']])
    assert.equal((await json('agent', 'show', 'alpha')).exit, 0)
    assert.deepEqual([(await json('agent', 'show', 'nobody')).exit, (await json('agent', 'show', 'nobody')).json['reason']], [1, 'NOT_FOUND'])

    const entries = (await json('log', '--of', 'beta', '--type', 'claim')).json['entries'] as { by: string; text: string; event: { type: string } }[]
    assert.ok(entries.length >= 3 && entries.every(({ by, event, text }) => by === 'beta' && event.type.startsWith('claim.') && text !== ''))
    const checked = await json('verify')
    assert.deepEqual([checked.exit, checked.json.ok], [0, true])
  })

  it('says the same in words', async () => {
    assert.match((await muster(['claim', 'src/a.ts', '--agent', 'alpha'])).out, /^Locked src\/a\.ts \(30 min left\)\n$/)
    await muster(['check-in', 'src/a.ts', '--progress', '60', '--agent', 'alpha'])
    const refused = await muster(['claim', 'a.ts', '--agent', 'beta'], { cwd: join(repo, 'src') })
    assert.equal(refused.out, '')
    assert.match(refused.err, /^src\/a\.ts is locked by alpha \(60 %, since \d+ s, free at ~(\d{4}-\d\d-\d\d )?\d\d:\d\d\)\.\n/) // with the day, where that is tomorrow
    assert.match(refused.err, /muster claim a\.ts --agent beta --wait\n/)
    await muster(['send', '--to', 'alpha', '--subject', '\x1b[2Jhey', '--body', 'one\n\x1b]0;x\x07two', '--agent', 'beta'])
    const inbox = await muster(['inbox', '--agent', 'alpha'])
    assert.match(inbox.out, /\\x1b\[2Jhey\n {4}one\n {4}\\x1b\]0;x\\x07two\n/)
    const status = await muster(['status', '--agent', 'alpha'])
    assert.match(status.out, /You are alpha/)
    assert.match(status.out, /src\/a\.ts +alpha \(you\)/)
    assert.match(status.out, /Records: fine/)
  })

  it('takes paths from the current directory, and refuses those outside', async () => {
    const inside = { cwd: join(repo, 'src') }
    assert.equal((await muster(['claim', 'a.ts', '--json', '--agent', 'alpha'], inside)).json['resource'], 'src/a.ts')
    assert.equal((await muster(['claim', '../README.md', '--json', '--agent', 'alpha'], inside)).json['resource'], 'README.md')
    assert.equal((await muster(['claim', join(repo, 'b.ts'), '--json', '--agent', 'alpha'], inside)).json['resource'], 'b.ts')
    assert.equal((await muster(['release', 'a.ts', '--json', '--agent', 'alpha'], inside)).exit, 0)
    const outside = await muster(['claim', '../../x', '--json', '--agent', 'alpha'], inside)
    assert.deepEqual([outside.exit, outside.json.error?.code], [2, 'OUTSIDE_ROOT'])
  })

  it('finds the folder by --folder and MUSTER_FOLDER from elsewhere, and the agent by MUSTER_AGENT', async () => {
    const elsewhere = realpathSync(mkdtempSync(join(tmpdir(), 'muster-cli-elsewhere-')))
    try {
      const folder = join(repo, '.muster')
      assert.equal((await muster(['claim', 'src/a.ts', '--json', '--folder', folder], { cwd: elsewhere, env: { MUSTER_AGENT: 'alpha' } })).exit, 0)
      const refused = await muster(['claim', 'src/a.ts', '--json', '--agent', 'beta'], { cwd: elsewhere, env: { MUSTER_FOLDER: folder } })
      assert.deepEqual([refused.exit, refused.json['heldBy']], [1, 'alpha'])
      assert.deepEqual(readdirSync(elsewhere), [])
    } finally {
      removeFolder(elsewhere)
    }
  })

  it('works in a folder without git', async () => {
    removeFolder(join(repo, '.git'))
    assert.equal((await json('claim', 'src/a.ts', '--agent', 'alpha')).exit, 0)
    const refused = await muster(['claim', 'a.ts', '--json', '--agent', 'beta'], { cwd: join(repo, 'src') })
    assert.deepEqual([refused.exit, refused.json['heldBy']], [1, 'alpha'])
  })

  it('gives one file to one of many that ask at once', async () => {
    const results = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => json('claim', 'src/a.ts', '--agent', name)))
    assert.deepEqual(results.map(({ exit }) => exit).sort(), [0, 1, 1, 1, 1, 1])
    const winner = String((await json('claims')).json['claims'] && ((await json('claims')).json['claims'] as { heldBy: string }[])[0]?.heldBy)
    for (const { exit, json } of results) if (exit === 1) assert.equal(json['heldBy'], winner)
  })

  it('says what is not committed when it lets go of it', async () => {
    await muster(['claim', 'src/', '--agent', 'alpha'])
    writeFileSync(join(repo, 'src', 'new.ts'), 'x\n')
    const { exit, json: released } = await json('release', 'src/', '--agent', 'alpha')
    assert.deepEqual([exit, released['uncommitted']], [0, ['src/a.ts', 'src/new.ts']])
    await muster(['claim', 'src/new.ts', '--agent', 'alpha'])
    assert.match((await muster(['release', 'src/new.ts', '--agent', 'alpha'])).out, /Released src\/new\.ts\.\n  Not committed: src\/new\.ts\n/)
  })

  it('lists an agent’s coming among what it did', async () => {
    await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
    await muster(['claim', 'src/b.ts', '--agent', 'beta'])
    const entries = (await json('log', '--of', 'alpha')).json['entries'] as { by: string; event: { type: string } }[]
    assert.deepEqual(entries.map(({ by, event }) => [by, event.type]), [['alpha', 'agent.joined'], ['alpha', 'claim.granted']])
  })

  it('says what an agent is for, and reaches it by that', async () => {
    assert.deepEqual((await json('agent', 'set', '--role', 'executor', '--brief', 'Run the sweeps', '--status', 'working', '--agent', 'alpha')).json, { ok: true, agent: 'alpha', status: 'working' })
    assert.deepEqual((await json('agent', 'set', 'L2.1', '--level', 'L2', '--parent', 'alpha', '--role', 'worker', '--estimate', '20', '--agent', 'alpha')).json, { ok: true, agent: 'l2.1', status: 'waiting' })
    const known = (await json('agent', 'show', 'L2.1')).json['agent'] as Record<string, unknown>
    assert.deepEqual([known['role'], known['level'], known['parent'], known['estimatedMinutes']], ['worker', 'L2', 'alpha', 20])
    assert.deepEqual((await json('send', '--to', 'role:executor', '--body', 'x', '--agent', 'beta')).json['recipients'], ['alpha'])
    assert.equal((await json('agent', 'set', 'alpha', '--parent', 'L2.1')).json['reason'], 'CYCLE')
  })

  it('begins work as the lead', async () => {
    const { exit, json: started } = await json('startup', '--lead', '--agent', 'alpha')
    assert.deepEqual([exit, (started['agent'] as { role?: string }).role], [0, 'lead'])
    assert.equal((await json('send', '--to', 'role:lead', '--body', 'x', '--agent', 'beta')).exit, 0)
  })

  describe('while waiting', () => {
    beforeEach(() => muster(['claim', 'src/a.ts', '--agent', 'alpha']))
    const waiters = async (): Promise<string[] | undefined> => ((await json('claims')).json['claims'] as { waiters: string[] }[])[0]?.waiters
    /** It says that it waits when that takes long, whether it has its place by then or not. */
    const inLine = async (waiting: Running): Promise<void> => {
      await waiting.printed('Waiting until it is free')
      await eventually('beta to be in line', async () => (await waiters())?.join() === 'beta')
    }

    it('gets the lock as soon as it is released', async () => {
      const waiting = start(repo, ['claim', 'src/a.ts', '--wait', '--agent', 'beta'])
      await inLine(waiting)
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], ['beta'])
      const { exit, out } = await waiting.ended
      assert.equal(exit, 0)
      assert.match(out, /src\/a\.ts/)
      assert.equal(((await json('claims')).json['claims'] as { heldBy: string }[])[0]?.heldBy, 'beta')
    })

    it('gives up after --timeout seconds and leaves the line', async () => {
      const { exit, json: result } = await json('claim', 'src/a.ts', '--wait', '--timeout', '0.6', '--agent', 'beta')
      assert.deepEqual([exit, result['ok'], result['heldBy']], [1, false, 'alpha'])
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], [])
    })

    it('ends when the place in line is given up by another command', async () => {
      const waiting = start(repo, ['claim', 'src/a.ts', '--wait', '--json', '--agent', 'beta'])
      while ((await waiters())?.length !== 1);
      assert.equal((await json('stop-waiting', 'src/a.ts', '--agent', 'gamma')).json['reason'], 'NOT_WAITING')
      assert.deepEqual((await json('stop-waiting', 'src/a.ts', '--agent', 'beta')).json, { ok: true, resource: 'src/a.ts', left: 1 })
      const { exit, json: refused } = await waiting.ended
      assert.deepEqual([exit, refused['reason'], refused['heldBy']], [1, 'HELD', 'alpha'])
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], [])
    })

    it('stays in line without a process, until the place is given up', async () => {
      const queued = await muster(['claim', 'src/a.ts', '--wait', '--timeout', '0', '--agent', 'beta'])
      assert.match(queued.err, /number 1 in line[^]*Give up: +muster stop-waiting src\/a\.ts --agent beta/)
      assert.equal((await muster(['stop-waiting', 'src/a.ts', '--agent', 'beta'])).out, 'Out of line for src/a.ts.\n')
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], [])
    })

    it('is not granted what it waited for once it was killed', async () => {
      const waiting = start(repo, ['claim', 'src/a.ts', '--wait', '--agent', 'beta'])
      await inLine(waiting)
      waiting.child.kill('SIGKILL')
      await waiting.ended
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], [])
    })

    it('leaves the line on Ctrl-C', async () => {
      const waiting = start(repo, ['claim', 'src/a.ts', '--wait', '--agent', 'beta'])
      await inLine(waiting)
      waiting.child.kill('SIGINT')
      assert.equal((await waiting.ended).exit, 1)
      assert.deepEqual((await json('release', 'src/a.ts', '--agent', 'alpha')).json['grantedTo'], [])
    })
  })

  it('follows the log, a line of JSON for every entry, until it is stopped', async () => {
    await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
    const following = start(repo, ['log', '--follow', '--json', '--type', 'claim'])
    await following.printed('claim.granted')
    await muster(['release', 'src/a.ts', '--agent', 'alpha'])
    await following.printed('claim.ended')
    following.child.kill('SIGTERM')
    const { exit, out } = await following.ended
    assert.equal(exit, 0)
    const lines = out.trimEnd().split('\n').map((line) => JSON.parse(line) as { ok: boolean; event: { type: string } })
    assert.deepEqual(lines.map(({ ok, event }) => [ok, event.type]), [[true, 'claim.granted'], [true, 'claim.ended']])
  })

  it('writes all of a long answer into a pipe', async () => {
    const body = 'x'.repeat(90_000)
    await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
    for (let count = 0; count < 3; count++) assert.equal((await muster(['send', '--to', 'alpha', '--body', body + count, '--agent', 'beta'])).exit, 0)
    const messages = (await json('inbox', '--agent', 'alpha')).json['messages'] as { body: string }[]
    assert.deepEqual(messages.map((message) => message.body.length), [90_001, 90_001, 90_001])
  })

  it('applies a call with a key once', async () => {
    await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
    for (let count = 0; count < 2; count++) {
      assert.equal((await json('send', '--to', 'alpha', '--body', `try ${count}`, '--key', 'hello', '--agent', 'beta')).exit, 0)
    }
    assert.equal(((await json('inbox', '--agent', 'alpha')).json['messages'] as unknown[]).length, 1)
  })

  it('ends with 2 for wrong usage and does nothing', async () => {
    for (const args of [['clam', 'x'], ['claim'], ['claim', 'x', '--minutes', 'ten'], ['claim', 'x', '--minutes', '0'], ['send', '--body', 'x']]) {
      const inWords = await muster(args)
      assert.deepEqual([inWords.exit, inWords.out], [2, ''], args.join(' '))
      assert.match(inWords.err, /^muster: .+\n {2}/)
      const inJson = await json(...args)
      assert.deepEqual([inJson.exit, inJson.json['ok'], typeof inJson.json.error?.code], [2, false, 'string'])
    }
    assert.equal((await json('claim', 'x', '--agent', '///')).exit, 2)
  })

  it('shows help and version without a folder', async () => {
    assert.match((await muster([])).out, /^Muster: /)
    assert.match((await muster(['claim', '--help'])).out, /^Usage: muster claim /)
    assert.match((await muster(['--version'])).out, /^\d+\.\d+\.\d+/)
    assert.ok(!existsSync(join(repo, '.muster')))
  })

  describe('with a folder that cannot be used', () => {
    const looking = [['status'], ['claims'], ['agent', 'list'], ['decision', 'list'], ['log'], ['inbox'], ['verify']]
    const acting = [['claim', 'src/a.ts'], ['release', 'src/a.ts'], ['send', '--to', 'alpha', '--body', 'x'], ['startup']]
    const refuses = async (commands: string[][], ...extra: string[]): Promise<void> => {
      for (const command of commands) {
        const { exit, json: { ok, error } } = await json(...command, ...extra)
        assert.deepEqual([exit, ok], [3, false], command.join(' '))
        assert.ok(error && error.code !== 'UNEXPECTED' && error.message !== '' && error.hint, `${command.join(' ')}: ${JSON.stringify(error)}`)
      }
    }

    it('changes nothing where Muster is not turned on', async () => {
      await refuses([...looking, ['release', 'src/a.ts'], ['ask', 'a', '--body', 'x'], ['ack', 'm-1']])
      assert.ok(!existsSync(join(repo, '.muster')))
    })

    it('says so when a file is in its place', async () => {
      writeFileSync(join(repo, '.muster'), 'mine')
      await refuses([...looking, ...acting])
      assert.equal(readFileSync(join(repo, '.muster'), 'utf8'), 'mine')
    })

    it('never advises to turn on what cannot be', async () => {
      for (const folder of [join(repo, 'nowhere', '.muster'), join(repo, 'src', 'a.ts', '.muster'), ...(existsSync('/proc/1') ? ['/proc/1/.muster', '/proc/nowhere/.muster'] : [])]) {
        const { exit, json: { error } } = await json('claim', 'src/a.ts', '--folder', folder, '--agent', 'alpha')
        assert.deepEqual([exit, error?.code], [3, 'FOLDER_UNUSABLE'], folder)
        assert.match(error?.hint ?? '', /[Cc]hoose a|Create that folder/, folder)
      }
      assert.match((await json('status', '--folder', join(repo, 'nowhere', '.muster'))).json.error?.hint ?? '', /Check --folder/)
    })

    it('says so when it cannot be created', async () => {
      await refuses(acting, '--folder', join(repo, 'src', 'a.ts', '.muster'))
    })

    it('goes on past lines that are no part of the records', async () => {
      await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
      appendFileSync(segment(), 'garbage\n{"v":1,"seq":\n\0\0\0\n')
      assert.equal((await json('claim', 'src/b.ts', '--agent', 'beta')).exit, 0)
      const status = await json('status')
      assert.deepEqual([status.exit, (status.json['claims'] as unknown[]).length, (status.json['ledger'] as { junk: number }).junk], [0, 2, 3])
      assert.match((await muster(['status'])).out, /3 unreadable lines ignored/)
    })

    it('only reads what a newer version wrote', async () => {
      await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
      appendNewerLine(segment())
      const before = snapshot(join(repo, '.muster'))
      const status = await json('status')
      assert.deepEqual([status.exit, status.json.error?.code, (status.json['claims'] as unknown[] | undefined)?.length], [3, 'LEDGER_NEWER', 1])
      for (const command of [['claims'], ['agent', 'list'], ['decision', 'list'], ['log'], ['inbox', '--peek']]) {
        const look = await json(...command, '--agent', 'alpha')
        assert.deepEqual([look.exit, look.json['ok'], look.json.error?.code], [3, false, 'LEDGER_NEWER'], command.join(' '))
      }
      for (const command of acting) {
        const { exit, json: { error } } = await json(...command, '--agent', 'beta')
        assert.deepEqual([exit, error?.code], [3, 'LEDGER_NEWER'], command.join(' '))
      }
      assert.deepEqual(snapshot(join(repo, '.muster')), before)
    })
  })

  it('writes nothing for having looked', async () => {
    await muster(['claim', 'src/a.ts', '--agent', 'alpha'])
    await muster(['send', '--to', 'alpha', '--body', 'x', '--agent', 'beta'])
    const before = snapshot(join(repo, '.muster'))
    for (const command of [['status'], ['claims'], ['agent', 'list'], ['agent', 'show', 'alpha'], ['decision', 'list'], ['log'], ['verify'], ['inbox', '--peek', '--agent', 'alpha']]) {
      assert.equal((await json(...command)).exit, 0, command.join(' '))
    }
    assert.deepEqual(snapshot(join(repo, '.muster')), before)
  })

  function segment(): string {
    const folder = join(repo, '.muster', 'ledger')
    const last = readdirSync(folder).filter((file) => file.endsWith('.jsonl')).sort().at(-1)
    assert.ok(last)
    return join(folder, last)
  }
})
