import assert from 'node:assert/strict'
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import type { LogEntry, Muster, OpenOptions } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { readMessagesTool } from '../../../src/tools/readMessages.js'
import { callTool } from '../../../src/tools/tool.js'

/** Leaves the others of this process their turn: where nothing is new, a look at the records is over before the event loop has gone round. */
async function lookedAgain(muster: Muster): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve))
  await muster.refresh()
}

let repo: string
let opened: Muster[]

async function open(agent: string | undefined, options: OpenOptions = {}): Promise<Muster> {
  const m = await openMuster({ folder: join(repo, '.muster'), agent, ...options })
  opened.push(m)
  return m
}

beforeEach(() => {
  opened = []
  repo = realpathSync(mkdtempSync(join(tmpdir(), 'muster-core-')))
  const git = (...args: string[]): void => void execFileSync('git', ['-c', 'user.name=T', '-c', 'user.email=t@example.com', ...args], { cwd: repo, stdio: 'ignore' })
  git('init', '-q', '-b', 'main')
  git('config', 'user.name', 'Maria Silva')
  writeFileSync(join(repo, 'a.ts'), 'one\n')
  git('add', '.')
  git('commit', '-qm', 'one')
})

afterEach(async () => {
  for (const m of opened) await m.close()
  removeFolder(repo)
})

/** Deletes a folder that is written to: what comes in between listing and deleting is found by listing again. */
function removeUnder(folder: string): void {
  for (;;) {
    try {
      return removeFolder(folder)
    } catch (error) {
      if ((error as { code?: string }).code !== 'ENOTEMPTY') throw error
    }
  }
}

describe('the library', () => {
  it('takes its identity up again under its name when the records were deleted under it', async () => {
    const first = await open(undefined, { workspace: 'here' })
    const second = await open(undefined, { workspace: 'here' })
    removeUnder(join(repo, '.muster'))
    for (const m of [second, first]) await m.checkIn(null, { progress: 5 })
    assert.deepEqual([first.state().me?.name, second.state().me?.name], ['Maria Silva', 'Maria Silva 2'])
  })

  it('runs the session of two agents: claim, refusal, check-in, message, release, claim', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta')
    const claimed = await alpha.claim('modules/power/battery.md', { estimatedMinutes: 30 })
    assert.ok(claimed.ok)
    assert.ok(claimed.token > 0 && Date.parse(claimed.expiresAt) > Date.now())
    assert.ok((await alpha.checkIn('modules/power/battery.md', { progress: 60, message: 'Writing questions', token: claimed.token })).ok)

    const refused = await beta.claim('modules/power/battery.md')
    assert.ok(!refused.ok)
    assert.deepEqual([refused.heldBy, refused.progress, refused.stale, refused.resource], ['alpha', 60, false, 'modules/power/battery.md'])
    const asked = await beta.askForRelease('modules/power/battery.md', 'I need the ghost data')
    assert.ok(asked.ok)

    const startup = await alpha.startup()
    assert.equal(startup.messages[0]?.about?.act, 'ask')
    const [message] = await alpha.readMessages({ unread: true })
    assert.equal(message?.from, 'beta')
    assert.deepEqual(await alpha.readMessages({ unread: true }), [])
    assert.ok((await alpha.reply(message!.id, 'Take it')).ok)
    assert.deepEqual(await alpha.release('modules/power/battery.md', { message: 'Done', token: claimed.token }), { ok: true, resource: 'modules/power/battery.md', grantedTo: [] })

    const taken = await beta.claim('modules/power/battery.md')
    assert.ok(taken.ok && taken.token > claimed.token)
    const old = await alpha.checkIn('modules/power/battery.md', { token: claimed.token })
    assert.ok(!old.ok && old.reason === 'TAKEN_OVER' && old.heldBy === 'beta')
  })

  it('waits for a lock of its own alone while somebody shares it', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta')
    for (const m of [alpha, beta]) assert.ok((await m.claim('a.ts', { mode: 'shared' })).ok)
    let released = false
    const waiting = alpha.claim('a.ts', { wait: true, timeoutMinutes: 1 }).then((answer) => [answer.ok, released])
    while (beta.state().claims.every(({ waiters }) => waiters.length === 0)) await lookedAgain(beta)
    released = true
    assert.deepEqual(await beta.release('a.ts'), { ok: true, resource: 'a.ts', grantedTo: ['alpha'] })
    assert.deepEqual(await waiting, [true, true])
    assert.deepEqual((await alpha.refresh()).claims.map(({ heldBy, mode }) => [heldBy, mode]), [['alpha', 'exclusive']])
  })

  it('waits for a claim and is granted it by the release', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta')
    await alpha.claim('a.ts')
    const queued = await beta.claim('a.ts', { wait: true })
    assert.ok(!queued.ok && queued.reason === 'QUEUED' && queued.queued === 1)
    const waiting = beta.claim('a.ts', { wait: true, timeoutMinutes: 1 })
    const released = await alpha.release('a.ts')
    assert.deepEqual(released, { ok: true, resource: 'a.ts', grantedTo: ['beta'] })
    const granted = await waiting
    assert.ok(granted.ok)
    assert.equal((await beta.listClaims({ mine: true }))[0]?.token, granted.token)
  })

  it('leaves the line when the time is over or the caller gives up', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta')
    await alpha.claim('a.ts')
    const late = await beta.claim('a.ts', { wait: true, timeoutMinutes: 0.001 })
    assert.ok(!late.ok && late.reason === 'HELD')
    const controller = new AbortController()
    const waiting = beta.claim('a.ts', { wait: true, timeoutMinutes: 10, signal: controller.signal })
    controller.abort()
    assert.equal((await waiting).ok, false)
    assert.deepEqual((await alpha.listClaims())[0]?.waiters, [])
  })

  it('stops standing by when its agent gives the place up, also in another process', async () => {
    const alpha = await open('alpha')
    await alpha.claim('a.ts')
    const beta = await open('beta', { attached: false })
    const waiting = beta.claim('a.ts', { wait: true, timeoutMinutes: 60 })
    while (alpha.state().claims[0]?.waiters.length === 0) await lookedAgain(alpha)
    const elsewhere = await open('beta', { attached: false, watch: false })
    assert.deepEqual(await elsewhere.stopWaiting('a.ts'), { ok: true, resource: 'a.ts', left: 1 })
    const answer = await waiting
    assert.ok(!answer.ok && answer.reason === 'HELD' && answer.queued === undefined)
    assert.match(answer.hint, /given up/)
    assert.deepEqual(await alpha.release('a.ts'), { ok: true, resource: 'a.ts', grantedTo: [] })
    assert.ok(!(await elsewhere.stopWaiting('a.ts')).ok)
  })

  it('asks a silent holder before taking over; a living one keeps its claim', async () => {
    const quick = { settings: { graceSeconds: 10, rescanSeconds: 0.1 } }
    const alpha = await open('alpha', quick)
    const beta = await open('beta', quick)
    await alpha.claim('a.ts', { minutes: 0.005 })
    await new Promise((resolve) => setTimeout(resolve, 320))
    // However long the others take until it is asked.
    const working = setInterval(() => alpha.noteWork(), 10)
    alpha.noteWork()
    const refused = await beta.claim('a.ts', { takeOver: true })
    clearInterval(working)
    assert.ok(!refused.ok, 'alpha worked within its lease, so it answered the challenge')
    assert.equal((await alpha.checkIn('a.ts')).ok, true)
  })

  it('does not wait for a silent holder longer than a caller can who comes back, and goes on where it was', async () => {
    const quick = { settings: { graceSeconds: 5, rescanSeconds: 0.1 } }
    const alpha = await open('alpha', quick)
    const beta = await open('beta', quick)
    await alpha.claim('a.ts', { minutes: 0.001 })
    writeFileSync(join(repo, 'a.ts'), 'not committed\n')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const options = { takeOver: true, force: true, keepPlace: true, timeoutMinutes: 0.001 }
    const answers = [await beta.claim('a.ts', options)]
    for (let last = answers[0]!; !last.ok && last.reason === 'CHALLENGED'; answers.push(last)) last = await beta.claim('a.ts', options)
    assert.ok(answers.length > 3, JSON.stringify(answers))
    assert.equal(answers.at(-1)?.ok, true)
    const challenges: string[] = []
    for await (const { event } of beta.log()) if (event.type === 'claim.challenged') challenges.push(event.claim)
    assert.equal(challenges.length, 1)
  })

  describe('lets go by itself', () => {
    const quick = { root: '', settings: { quietMinutes: 0.002, rescanSeconds: 0.05, graceSeconds: 5 } }
    beforeEach(() => { quick.root = repo })
    const file = (name: string): string => join(repo, name)
    const edit = (name: string): void => writeFileSync(file(name), 'edited\n')
    const commit = (): void => void execFileSync('git', ['-C', repo, '-c', 'user.name=a', '-c', 'user.email=a@b', 'commit', '--quiet', '--all', '--message', 'x'])
    const track = (name: string): void => {
      writeFileSync(file(name), '')
      execFileSync('git', ['-C', repo, 'add', name])
      commit()
    }
    const held = async (muster: Muster): Promise<string[]> => (await muster.listClaims()).map((claim) => claim.resource)
    async function until(muster: Muster, holds: () => Promise<boolean>): Promise<void> {
      if (await holds()) return
      await new Promise<void>((resolve, reject) => {
        const subscription = muster.onDidChange(() => void holds().then((yes) => {
          if (!yes) return
          subscription.dispose()
          resolve()
        }, reject))
      })
    }

    it('of an agent\'s lock on a file that was edited, committed and left alone, and grants it to who waits; of no other', async () => {
      for (const name of ['done.ts', 'open.ts', 'planned.ts', 'mine.ts']) track(name)
      const alpha = await open('alpha', { ...quick, kind: 'agent' })
      const maria = await open('maria', { ...quick, kind: 'person' })
      for (const name of ['done.ts', 'open.ts', 'planned.ts']) assert.ok((await alpha.claim(name)).ok)
      assert.ok((await maria.claim('mine.ts')).ok)
      const waiting = maria.claim('done.ts', { wait: true, timeoutMinutes: 10 })
      edit('done.ts')
      edit('mine.ts')
      commit()
      edit('open.ts')
      assert.ok((await waiting).ok)
      // Edited before it was locked for the second time: nothing of this lock has been done.
      assert.ok((await maria.release('done.ts')).ok)
      assert.ok((await alpha.claim('done.ts')).ok)
      await new Promise((resolve) => setTimeout(resolve, 400))
      assert.deepEqual((await held(maria)).sort(), ['done.ts', 'mine.ts', 'open.ts', 'planned.ts'])
      const entries = []
      for await (const entry of maria.log()) if (entry.event.type === 'claim.ended' && entry.event.how === 'lapsed') entries.push(entry.text)
      assert.equal(entries.length, 1)
      assert.match(entries[0]!, /alpha let go of done\.ts/)
      commit()
      await until(maria, async () => !(await held(maria)).includes('open.ts'))
    })

    it('of what it is asked for and has not worked under for the whole lease, where that is committed', async () => {
      track('a.ts')
      track('b.ts')
      const alpha = await open('alpha', { ...quick, kind: 'person' })
      const beta = await open('beta', { ...quick, kind: 'agent' })
      for (const name of ['a.ts', 'b.ts']) await alpha.claim(name, { minutes: 0.001 })
      edit('b.ts')
      await new Promise((resolve) => setTimeout(resolve, 150))
      // Long before the grace period of five seconds is over: the holder answers by letting go.
      const taken = await beta.claim('a.ts', { takeOver: true })
      assert.ok(taken.ok && taken.tookOverFrom === undefined, JSON.stringify(taken))
      const refused = await beta.claim('b.ts', { takeOver: true })
      assert.ok(!refused.ok && refused.reason === 'DIRTY')
      assert.deepEqual(refused.files, ['b.ts'])
    })
  })

  it('refuses options that nobody can mean, and takes nothing from them into the records', async () => {
    const wrong: object[] = [{ role: 'king' }, { role: 5 }, { kind: 'robot' }, { level: {} }, { parent: 5 }, { model: 'a\0b' }, { roel: 'lead' }, { agent: '' }, { settings: { leaseMinutes: -1 } }]
    for (const options of wrong) {
      await assert.rejects(openMuster({ folder: join(repo, '.muster'), agent: 'alpha', ...options }), (error: { code?: string }) => error.code === 'INVALID_INPUT', JSON.stringify(options))
    }
    assert.equal(existsSync(join(repo, '.muster')), false)
    assert.equal((await open('beta', { parent: 'Team Lead' })).state().me?.parent, 'team-lead')
  })

  it('takes texts as text: no NUL, no halves of characters', async () => {
    const alpha = await open('alpha')
    const send = (body: string): Promise<unknown> => alpha.sendMessage({ to: 'beta', subject: 's', body, checklist: [body] })
    await assert.rejects(send('a\0b'), (error: { code?: string; message: string }) => error.code === 'INVALID_INPUT' && /\(body\): it holds a NUL/.test(error.message))
    await send('a\ud800b \u{1f600}')
    const beta = await open('beta', { brief: 'x\udc00' })
    const [message] = await beta.readMessages()
    assert.deepEqual([message?.body, message?.checklist, beta.state().me?.brief], ['a\ufffdb \u{1f600}', ['a\ufffdb \u{1f600}'], 'x\ufffd'])
    for (const resource of ['a\ud800', 'a\0']) await assert.rejects(alpha.claim(resource), (error: { code?: string }) => error.code === 'INVALID_INPUT')
  })

  it('holds an identity once', async () => {
    const alpha = await open('alpha')
    await assert.rejects(open('Alpha'), (error: { code?: string }) => error.code === 'AGENT_IN_USE')
    await alpha.close()
    assert.equal((await open('alpha')).agent, 'alpha')
  })

  it('gives windows of one person an identity each, and the old one back after a reload', async () => {
    const window: OpenOptions = { kind: 'person', client: 'vscode', workspace: repo, root: repo }
    const first = await open(undefined, window)
    const second = await open(undefined, window)
    assert.deepEqual([first.agent, second.agent], ['maria-silva', 'maria-silva-2'])
    await first.claim('a.ts')
    await first.close({ reload: true })
    const again = await open(undefined, window)
    assert.equal(again.agent, 'maria-silva')
    assert.equal((await again.listClaims({ mine: true }))[0]?.presence, 'live')
  })

  it('lets go of what is clean when it closes, and keeps what is not committed', async () => {
    const alpha = await open('alpha')
    await alpha.claimAll(['a.ts', 'b.ts', 'port:3000'])
    writeFileSync(join(repo, 'a.ts'), 'two\n')
    await alpha.close()
    const beta = await open('beta')
    assert.deepEqual((await beta.listClaims()).map((claim) => [claim.resource, claim.presence]), [['a.ts', 'gone']])
    const refused = await beta.claim('a.ts', { takeOver: true })
    assert.ok(!refused.ok && refused.reason === 'DIRTY')
    assert.deepEqual(refused.files, ['a.ts'])
    const taken = await beta.claim('a.ts', { takeOver: true, force: true })
    assert.deepEqual(taken.ok && [taken.tookOverFrom, taken.uncommitted], ['alpha', ['a.ts']])
    assert.deepEqual(await beta.uncommittedFiles(['a.ts', 'b.ts', 'port:3000']), ['a.ts'])
  })

  it('records decisions and lets a person decide', async () => {
    const alpha = await open('alpha')
    const maria = await open(undefined, { root: repo })
    const proposed = await alpha.logDecision({ category: 'api', title: 'Use JWT', impact: 'high', alternatives: ['sessions'] })
    assert.ok(proposed.ok)
    assert.equal((await alpha.reviewDecision(proposed.id, 'approved')).ok, false)
    assert.ok((await maria.reviewDecision(proposed.id, 'approved', 'good')).ok)
    assert.deepEqual((await alpha.listDecisions()).map((decision) => [decision.status, decision.review?.byName]), [['approved', 'Maria Silva']])
  })

  it('tells listeners of own and others’ changes, in words', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta')
    const heard = new Promise<string>((resolve) => {
      beta.onDidChange(({ entries }) => {
        const entry = entries.find(({ event }) => event.type === 'claim.granted')
        if (entry) resolve(entry.text)
      })
    })
    await alpha.claim('a.ts')
    assert.equal(await heard, 'alpha locked a.ts')
    const log = []
    for await (const entry of beta.log()) log.push(entry.text)
    assert.ok(log.includes('alpha locked a.ts') && log.includes('beta joined'))
  })

  it('applies an operation with a key once, across restarts', async () => {
    const alpha = await open('alpha', { attached: false })
    const first = await alpha.sendMessage({ to: 'beta', subject: 'hello' }, 'greet')
    const again = await (await open('alpha', { attached: false })).sendMessage({ to: 'beta', subject: 'hello again' }, 'greet')
    assert.deepEqual(again, first)
    const claim = await alpha.claim('a.ts', { key: 'k1' })
    const same = await alpha.claim('a.ts', { key: 'k1' })
    assert.ok(claim.ok && same.ok && claim.token === same.token)
  })

  it('writes nothing when opened for reading', async () => {
    await assert.rejects(open(undefined, { readOnly: true }), (error: { code?: string; details?: { missing?: boolean } }) => error.code === 'FOLDER_UNUSABLE' && error.details?.missing === true)
    const alpha = await open('alpha')
    await alpha.claim('a.ts')
    const head = alpha.ledgerStatus().head
    const reader = await open(undefined, { readOnly: true })
    assert.equal(reader.state().claims.length, 1)
    assert.equal(reader.state().claims[0]?.mine, false)
    await assert.rejects(reader.claim('b.ts'))
    assert.equal((await alpha.listClaims()).length, 1)
    assert.equal(alpha.ledgerStatus().head, head)
  })

  it('rejects broken input with a code and a hint', async () => {
    const alpha = await open('alpha')
    const invalid = (error: { code?: string; hint?: string }): boolean => error.code === 'INVALID_INPUT' && error.hint !== undefined
    await assert.rejects(alpha.claim(''), invalid)
    await assert.rejects(alpha.claim('a', { minutes: -1 }), invalid)
    await assert.rejects(alpha.claim('a', { minutse: 1 } as never), invalid)
    await assert.rejects(alpha.checkIn('a', { progress: 101 }), invalid)
    await assert.rejects(alpha.checkIn('a', { progress: Number.NaN }), invalid)
    await assert.rejects(alpha.sendMessage({ to: '' }), invalid)
    await assert.rejects(open('///'), invalid)
    await assert.rejects(alpha.claim('../outside'), (error: { code?: string }) => error.code === 'OUTSIDE_ROOT')
  })

  it('shares one folder between working trees, where the same path is an overlap', async () => {
    execFileSync('git', ['worktree', 'add', '-q', join(repo, 'feat'), '-b', 'feat-x'], { cwd: repo, stdio: 'ignore' })
    const alpha = await open('alpha', { root: repo })
    const beta = await open('beta', { root: join(repo, 'feat') })
    assert.ok((await beta.claim('a.ts')).ok)
    const result = await alpha.claim('a.ts')
    assert.ok(result.ok)
    assert.deepEqual(result.overlaps.map((overlap) => overlap.text), ['also changing on feat-x (beta)'])
    mkdirSync(join(repo, 'feat', 'sub'))
    const gamma = await open('gamma', { root: join(repo, 'feat', 'sub') })
    const refused = await gamma.claim('../a.ts')
    assert.ok(!refused.ok && refused.heldBy === 'beta')
  })
})

describe('operations that share a line', () => {
  it('never give one token to two grants of a resource', async () => {
    const alpha = await open('alpha')
    const results = await Promise.all([alpha.claim('a.ts'), alpha.release('a.ts'), alpha.claim('a.ts'), alpha.release('a.ts'), alpha.claim('a.ts')])
    const tokens = results.flatMap((result) => ('token' in result ? [result.token] : []))
    assert.equal(tokens.length, 3)
    assert.ok(tokens[0]! < tokens[1]! && tokens[1]! < tokens[2]!, tokens.join())
  })
})

describe('a message that names what it is about', () => {
  it('names it as people write it, with its tree, and nothing outside', async () => {
    const [alpha, beta] = [await open('alpha'), await open('beta')]
    for (const about of ['src/x/../a.ts', join(alpha.root, 'src/a.ts'), 'name:build']) assert.ok((await alpha.sendMessage({ to: 'beta', subject: about, about })).ok)
    const file = { resource: 'src/a.ts', tree: '' }
    assert.deepEqual((await beta.readMessages({ unread: true })).map(({ about }) => about), [file, file, { resource: 'name:build' }])
    await assert.rejects(alpha.sendMessage({ to: 'beta', subject: 's', about: '../else' }), { code: 'OUTSIDE_ROOT' })
  })
})

describe('a retry with a key', () => {
  it('is of its own operation: one key serves a message and a claim', async () => {
    const alpha = await open('alpha', { attached: false })
    const beta = await open('beta')
    assert.ok((await alpha.sendMessage({ to: 'beta', subject: 'hello' }, 'k1')).ok)
    assert.ok((await beta.claim('a.ts')).ok)
    const claim = await alpha.claim('a.ts', { key: 'k1' })
    assert.ok(!claim.ok && claim.heldBy === 'beta')
  })

  it('that comes after the claim was lost says so, and gives no token', async () => {
    const alpha = await open('alpha', { attached: false })
    const beta = await open('beta')
    assert.ok((await alpha.claim('a.ts', { key: 'k1' })).ok)
    await alpha.release('a.ts')
    await beta.claim('a.ts')
    const again = await alpha.claim('a.ts', { key: 'k1' })
    assert.ok(!again.ok && again.heldBy === 'beta')
  })

  it('of a wait is answered with the claim once it was granted', async () => {
    const alpha = await open('alpha')
    const beta = await open('beta', { attached: false })
    await alpha.claim('a.ts')
    const queued = await beta.claim('a.ts', { wait: true, key: 'w1' })
    assert.ok(!queued.ok && queued.reason === 'QUEUED')
    await alpha.release('a.ts')
    assert.ok((await beta.claim('a.ts', { wait: true, key: 'w1' })).ok)
  })
})

describe('an identity', () => {
  it('keeps a doubted claim over a reload of its window', async () => {
    const quick = { settings: { graceSeconds: 10 } }
    const window: OpenOptions = { kind: 'person', client: 'vscode', workspace: repo, root: repo, ...quick }
    const maria = await open(undefined, window)
    const claimed = await maria.claim('a.ts', { minutes: 0.002 })
    await maria.close({ reload: true })
    const beta = await open('beta', quick)
    await new Promise((resolve) => setTimeout(resolve, 150))
    const takeOver = beta.claim('a.ts', { takeOver: true })
    await new Promise((resolve) => setTimeout(resolve, 200))
    const back = await open(undefined, window)
    await back.checkIn('a.ts', { minutes: 5 })
    const result = await takeOver
    assert.ok(!result.ok, JSON.stringify(result))
    const mine = (await back.listClaims({ mine: true }))[0]
    assert.ok(claimed.ok && mine?.token === claimed.token)
  })

  it('that was given to somebody else is not spoken for any more', async () => {
    const alpha = await open('alpha')
    const other = await open('beta')
    // As after a stop of many minutes on another machine: the session was closed, and the name taken up.
    const parts = (alpha as unknown as { parts: { ledger: { submit(proposal: unknown): Promise<unknown> }; connection: { id: string } } }).parts
    await parts.ledger.submit({ key: 'test/close', by: '', decide: () => ({ events: [{ type: 'session.closed', session: parts.connection.id }] }) })
    const successor = await open('alpha')
    await assert.rejects(alpha.claim('a.ts'), (error: { code?: string }) => error.code === 'AGENT_IN_USE')
    await successor.close()
    assert.ok((await alpha.claim('a.ts')).ok, 'free again, it is taken up again')
    assert.ok(!(await other.claim('a.ts')).ok)
  })

  it('of a window is spoken for by commands in its terminal, without changing who it is', async () => {
    const window: OpenOptions = { kind: 'person', client: 'vscode', workspace: repo, root: repo }
    await open(undefined, window)
    const second = await open(undefined, window)
    const command = await open(undefined, { attached: false, client: 'cli', window: second.agent, root: repo })
    assert.ok((await command.claim('a.ts')).ok)
    assert.deepEqual((await second.listClaims({ mine: true })).map((claim) => claim.resource), ['a.ts'])
    assert.equal((await second.getAgent(second.agent))?.client, 'vscode')
  })

  it('has a command speak for the program that runs it: locks live and die with that program', async () => {
    const program = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1e6)'])
    const other = await open('beta')
    try {
      for (const file of ['a.ts', 'b.ts']) {
        const command = await open(undefined, { client: 'claude-code', process: program.pid!, attached: false })
        assert.ok((await command.claim(file)).ok)
        assert.equal(command.agent, 'claude-1')
        await command.close()
      }
      assert.deepEqual((await other.listClaims()).map(({ heldBy, stale }) => [heldBy, stale]), [['claude-1', false], ['claude-1', false]])
    } finally {
      program.kill('SIGKILL')
      await once(program, 'exit')
    }
    assert.deepEqual((await other.listClaims()).map(({ stale }) => stale), [true, true])
    assert.ok((await other.claim('a.ts', { takeOver: true })).ok)
  })

  it('lets go of what is clean when a conversation is over', async () => {
    const hook = (): Promise<Muster> => open(undefined, { client: 'claude-code', conversation: 'c1', process: process.pid, attached: false })
    const first = await hook()
    await first.claim('a.ts')
    await first.close()
    const other = await open('beta')
    assert.equal((await other.listClaims()).length, 1)
    const last = await hook()
    await last.startup()
    await last.close({ over: true })
    assert.deepEqual(await other.listClaims(), [])
    assert.equal((await other.getAgent('claude-1'))?.presence, 'gone', 'nobody speaks for it any more')
  })
})

describe('the log', () => {
  it('names locks that were taken before the time it begins at', async () => {
    const alpha = await open('alpha')
    const one = await alpha.claim('src/old.ts')
    assert.ok(one.ok)
    for (let i = 0; i < 3000; i++) await alpha.checkIn(null, { progress: i % 100 })
    await alpha.release('src/old.ts')
    const all: LogEntry[] = []
    for await (const entry of alpha.log()) all.push(entry)
    const ended = all.find(({ event }) => event.type === 'claim.ended')!
    for (const options of [{ from: ended.seq }, { since: ended.at }]) {
      const entries: LogEntry[] = []
      for await (const entry of alpha.log(options)) entries.push(entry)
      assert.deepEqual(entries.find(({ seq }) => seq === ended.seq), ended)
      assert.match(ended.text, /released src\/old\.ts/)
      assert.deepEqual(entries, all.slice(-entries.length))
    }
    await assert.rejects(async () => { for await (const _ of alpha.log({ since: 'soon' })) assert.fail() }, { code: 'INVALID_INPUT' })
  })
})

describe('what has left the state', () => {
  it('is found by searching, with whole bodies, and old bodies are read back', async () => {
    const [alpha, beta] = [await open('alpha'), await open('beta')]
    const body = (i: number): string => `${'filler '.repeat(60)}needle-${i}`
    for (let first = 0; first < 900; first += 100) {
      await Promise.all(Array.from({ length: 100 }, (_, i) => alpha.sendMessage({ to: 'beta', subject: `s${first + i}`, body: body(first + i), ...(first + i === 3 && { checklist: ['one', 'two'] }) })))
      await beta.readMessages({ unread: true })
    }
    // One after the other: what is done at the same time is one commit.
    for (let i = 0; i < 1150; i++) await alpha.checkIn(null, { progress: i % 100 })
    const kept = await beta.readMessages({ peek: true })
    assert.ok(kept.length < 900 && kept.every((message) => message.body.endsWith(`needle-${message.subject.slice(1)}`)))
    assert.ok(!kept.some((message) => message.subject === 's3'))
    const [found, ...more] = await beta.readMessages({ search: 'needle-3', peek: true })
    assert.deepEqual([found?.subject, found?.body, found?.status, more.length], ['s3', body(3), 'seen', 110])
    // By its id it is found too, and only for whom it concerns.
    assert.deepEqual((await beta.readMessages({ ids: [found!.id, kept.at(-1)!.id], peek: true })).map(({ id, body }) => [id, body]), [[found!.id, body(3)], [kept.at(-1)!.id, body(899)]])
    assert.deepEqual(await (await open('gamma')).readMessages({ ids: [found!.id], peek: true }), [])
    assert.equal((await beta.refresh()).olderMessages, true)
    const listed = async (options: object): Promise<unknown> => (await callTool(readMessagesTool, beta, { peek: true, ...options })).older
    assert.deepEqual([await listed({}), await listed({ from: 'alpha' }), await listed({ unread: true }), await listed({ search: 'needle' })], [true, true, undefined, undefined])
    assert.deepEqual((await alpha.readMessages({ search: 'needle-899', peek: true })).map((message) => message.subject), ['s899'])

    // What has left the state can be answered, and the search knows of it.
    assert.deepEqual(await beta.acknowledge(found!.id), { ok: true, id: found!.id })
    assert.deepEqual(await beta.tickChecklist(found!.id, { done: [2, 1] }), { ok: true, id: found!.id, ticked: [1, 2], steps: 2 })
    assert.deepEqual(await alpha.tickChecklist(found!.id, { open: [1] }), { ok: true, id: found!.id, ticked: [2], steps: 2 })
    const reply = await beta.reply(found!.id, 'late, but done')
    assert.ok(reply.ok)
    assert.deepEqual((await alpha.readMessages({ unread: true })).map(({ id, replyTo }) => [id, replyTo]), [[reply.id, found!.id]])
    const [late] = await alpha.readMessages({ search: 'needle-3', peek: true })
    assert.deepEqual([late?.delivery['beta'], late?.ticked?.map(({ step, by }) => [step, by])], ['answered', [[2, 'beta']]])
    const other = await alpha.reply('m99999', 'x')
    assert.equal(other.ok === false && other.reason, 'NOT_FOUND')
  })
})
