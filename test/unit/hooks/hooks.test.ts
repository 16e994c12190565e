import assert from 'node:assert/strict'
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { syncBuiltinESMExports } from 'node:module'
import os from 'node:os'
import { join } from 'node:path'
import { openMuster } from '../../../src/core/open.js'
import { git } from '../system/sandbox.js'
import { contextOf, HookedRepository, markedIn } from './repository.js'

describe('hooks', () => {
  let repo: HookedRepository
  beforeEach(async () => { repo = await new HookedRepository().turnOn() })
  afterEach(() => repo.remove())

  it('do nothing where Muster is not turned on', async () => {
    rmSync(repo.folder, { recursive: true })
    assert.deepEqual(await repo.call(repo.input('s', 'SessionStart')), { out: '', problem: '', exit: 0 })
    mkdirSync(repo.folder)
    assert.deepEqual(await repo.call(repo.input('s', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, 'a') } })), { out: '', problem: '', exit: 0 })
    assert.deepEqual(await repo.call({ ...repo.input('s', 'PreToolUse'), cwd: '/nowhere/at/all' }), { out: '', problem: '', exit: 0 })
  })

  it('lock what is edited, and refuse it to another conversation with its holder and what to do', async () => {
    await repo.hook('one', 'UserPromptSubmit', { prompt: 'Fix the login\nplease' })
    assert.equal(await repo.edit('one', 'src/a.ts'), undefined)
    const holder = await repo.other('claude-1')
    await holder.checkIn('src/a.ts', { progress: 60, message: 'half done' })
    const reason = await repo.edit('two', 'src/a.ts')
    assert.match(reason ?? '', /the holder named below has a lock on the file you wanted to edit \(60 % done\)\. You are claude-2\..*muster ask 'src\/a\.ts'/)
    const { file, holder: who, progressPercent, note, lastWord } = markedIn(reason ?? '')
    assert.deepEqual({ file, who, progressPercent, note, lastWord }, { file: 'src/a.ts', who: 'claude-1', progressPercent: 60, note: 'Fix the login', lastWord: 'half done' })
    assert.equal(await repo.edit('two', 'src/b.ts'), undefined)
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-1', 'src/b.ts claude-2'])
  })

  for (const program of [String(process.pid), 'none']) it(`let go of a file that was committed and not edited for five minutes, when its agent goes on with something else; its program: ${program === 'none' ? 'none' : 'known'}`, async () => {
    const env = { MUSTER_PROGRAM: program }
    const clock = Date.now
    try {
      Date.now = () => clock() - 400_000
      for (const file of ['src/a.ts', 'src/b.ts', 'src/c.ts']) assert.equal(await repo.edit('one', file, {}, env), undefined)
    } finally {
      Date.now = clock
    }
    const edited = (file: string, secondsAgo: number): void => {
      writeFileSync(join(repo.root, file), 'edited')
      utimesSync(join(repo.root, file), clock() / 1000 - secondsAgo, clock() / 1000 - secondsAgo)
    }
    edited('src/a.ts', 310)
    edited('src/b.ts', 290)
    git(repo.root, 'add', '.')
    git(repo.root, 'commit', '-qm', 'done')
    edited('src/c.ts', 310)
    await repo.hook('one', 'UserPromptSubmit', { prompt: 'And now the tests' }, env)
    assert.deepEqual(await repo.locks(), ['src/b.ts claude-1', 'src/c.ts claude-1'])
  })

  it('release what is clean when a conversation ends, also where no program of the agent is known', async () => {
    const cursor = (event: string, fields: object = {}): Promise<unknown> => repo.call({ conversation_id: 'c', generation_id: 'g', cursor_version: '2', workspace_roots: [repo.root], hook_event_name: event, ...fields })
    const write = (file: string): Promise<unknown> => cursor('preToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, file) } })
    await cursor('sessionStart')
    await write('src/a.ts')
    await write('src/b.ts')
    assert.deepEqual(await repo.locks(), ['src/a.ts cursor-1', 'src/b.ts cursor-1'])
    writeFileSync(join(repo.root, 'src', 'b.ts'), 'changed')
    const someone = await repo.other()
    await cursor('sessionEnd')
    assert.deepEqual(await repo.locks(), ['src/b.ts cursor-1'])
    assert.equal((await someone.getAgent('cursor-1'))?.status, 'working')
    rmSync(join(repo.root, 'src', 'b.ts'))
    await cursor('sessionEnd')
    assert.deepEqual(await repo.locks(), [])
    assert.equal((await someone.getAgent('cursor-1'))?.status, 'done')
  })

  it('pass to an agent what its subagent left uncommitted, and nothing else', async () => {
    const sub = { agent_id: 'x', agent_type: 'general-purpose' }
    await repo.hook('one', 'SessionStart', { source: 'startup' })
    for (const file of ['src/a.ts', 'src/b.ts']) await repo.edit('one', file, sub)
    writeFileSync(join(repo.root, 'src', 'b.ts'), 'changed')
    await repo.hook('one', 'SubagentStop', { ...sub, stop_hook_active: false })
    assert.deepEqual(await repo.locks(), ['src/b.ts claude-1'])
  })

  it('say once of each file that somebody has unsaved changes in it', async () => {
    const carla = await repo.other('carla', { kind: 'person', attached: true })
    await carla.checkIn(null, { unsaved: ['src/a.ts'] })
    await repo.edit('one', 'src/a.ts')
    const said = await repo.wrote('one', 'src/a.ts')
    assert.match(said ?? '', /somebody has unsaved changes in a file that you have just written/)
    assert.deepEqual(markedIn(said ?? '')['unsavedBy'], [{ file: 'src/a.ts', by: 'carla', name: 'carla' }])
    await repo.edit('one', 'src/b.ts')
    for (const file of ['src/a.ts', 'src/b.ts']) assert.equal(await repo.wrote('one', file), undefined)
    await carla.close()
  })

  it('lock all files of one call, or none', async () => {
    assert.equal(await repo.edit('one', 'src/b.ts'), undefined)
    const patch = '*** Begin Patch\n*** Add File: src/c.ts\n+x\n*** Update File: src/b.ts\n@@\n*** End Patch'
    const codex = { turn_id: 't', model: 'm', tool_name: 'apply_patch', tool_input: { command: patch } }
    assert.ok(await repo.hook('two', 'PreToolUse', codex))
    assert.deepEqual(await repo.locks(), ['src/b.ts claude-1'])
    assert.equal(await repo.hook('one', 'PreToolUse', codex), undefined)
    assert.deepEqual(await repo.locks(), ['src/b.ts claude-1', 'src/c.ts claude-1'])
  })

  it('let through what lies outside, and the records', async () => {
    for (const path of [repo.sandbox.path('elsewhere.txt'), join(repo.root, '.muster', 'settings.json'), '/etc/hosts', join(repo.root, 'a\u0007b')]) {
      assert.equal(await repo.hook('one', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: path } }), undefined)
    }
    symlinkSync(repo.sandbox.base, join(repo.root, 'out'))
    assert.equal(await repo.edit('one', 'out/x.txt'), undefined)
    assert.deepEqual(await repo.locks(), [])
  })

  it('lock what lies in another repository within this one there, where Muster is turned on in it', async () => {
    const inner = repo.sandbox.repository('repo/inner')
    assert.equal(await repo.edit('one', 'inner/src/a.ts'), undefined)
    assert.deepEqual(await repo.locks(), [])
    const other = await openMuster({ folder: join(inner, '.muster'), root: inner, agent: 'ada', attached: false, watch: false })
    assert.ok((await other.claim('src/a.ts')).ok)
    assert.match(await repo.edit('one', 'inner/src/a.ts') ?? '', /In 'inner': muster ask 'src\/a\.ts'[^]*"holder":"ada"/)
    assert.equal(await repo.edit('one', 'inner/src/b.ts'), undefined)
    assert.deepEqual((await other.listClaims()).map(({ resource, heldBy }) => [resource, heldBy]), [['src/a.ts', 'ada'], ['src/b.ts', 'claude-1']])
    assert.deepEqual(await repo.locks(), [])
    await other.sendMessage({ to: 'claude-1', subject: 'from within' })
    assert.match(await repo.wrote('one', 'inner/src/b.ts') ?? '', /from within/)
    await other.close()
  })

  it('take names for names: patterns and symbols are files', async () => {
    for (const file of ['src/[id].ts', 'src/a#b.ts', 'src/x*.ts', 'name:x']) assert.equal(await repo.edit('one', file), undefined)
    assert.equal((await repo.edit('two', 'src/x1.ts')), undefined)
    assert.match((await repo.edit('two', 'src/a#b.ts')) ?? '', /"holder":"claude-1"/)
  })

  it('lock in the working tree that a file lies in', async () => {
    git(repo.root, 'worktree', 'add', '-q', repo.sandbox.path('wt'), '-b', 'feat')
    assert.equal(await repo.hook('one', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: repo.sandbox.path('wt', 'src', 'a.ts') } }), undefined)
    assert.equal(await repo.edit('two', 'src/a.ts'), undefined)
    assert.deepEqual(await repo.locks(), ['src/a.ts [wt] claude-1', 'src/a.ts claude-2'])
    const inTree = await repo.call({ ...repo.input('two', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: 'src/a.ts' } }), cwd: repo.sandbox.path('wt') })
    assert.match(inTree.out, /holder\\":\\"claude-1/)
  })

  it('hand messages over once, and only where the model reads them', async () => {
    await repo.edit('one', 'src/a.ts')
    const ada = await repo.other()
    await ada.sendMessage({ to: 'claude-1', subject: 'hello', body: 'all of you' })
    assert.equal(await repo.hook('one', 'PreCompact'), undefined)
    const unread = async (): Promise<number> => (await ada.getAgent('claude-1'))!.unread
    assert.equal(await unread(), 1)
    const context = await repo.wrote('one', 'src/a.ts')
    assert.deepEqual((markedIn(context ?? '')['messages'] as { body: string }[]).map(({ body }) => body), ['all of you'])
    assert.equal(await unread(), 0)
    assert.equal(await repo.wrote('one', 'src/a.ts'), undefined)

    await ada.sendMessage({ to: 'claude-1', subject: 'again', body: '' })
    const copilot = { timestamp: '2026-01-01T00:00:00Z', prompt: 'p' }
    assert.equal(await repo.hook('one', 'UserPromptSubmit', copilot), undefined)
    assert.equal(await unread(), 1)
    assert.match(contextOf(await repo.hook('one', 'UserPromptSubmit', { prompt: 'p' })), /again/)
    assert.equal(await unread(), 0)
  })

  it('hand over what fits, the most urgent first, and the rest with the next call', async () => {
    await repo.edit('one', 'src/a.ts')
    const ada = await repo.other()
    for (let i = 0; i < 8; i++) await ada.sendMessage({ to: 'claude-1', subject: `s${i}`, body: `${i}`.repeat(1_900), priority: i === 7 ? 'urgent' : 'normal' })
    const got: string[] = []
    for (let calls = 1; got.length < 8; calls++) {
      assert.ok(calls < 9)
      const context = await repo.wrote('one', 'src/a.ts') ?? ''
      assert.ok(context.length < 9_000)
      got.push(...(markedIn(context)['messages'] as { subject: string }[]).map(({ subject }) => subject))
    }
    assert.deepEqual([got[0], [...got].sort()], ['s7', ['s0', 's1', 's2', 's3', 's4', 's5', 's6', 's7']])
  })

  it('do not let an agent stop with unread messages, nor without naming what it leaves uncommitted, once', async () => {
    await repo.edit('one', 'src/a.ts')
    assert.equal(await repo.hook('one', 'Stop', { stop_hook_active: false }), undefined)
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'changed')
    const ada = await repo.other()
    await ada.sendMessage({ to: 'claude-1', subject: 'wait', body: '' })
    assert.equal(await repo.hook('one', 'Stop', { stop_hook_active: true }), undefined)
    const said = await repo.hook('one', 'Stop', { stop_hook_active: false })
    assert.equal(said?.['decision'], 'block')
    assert.match(String(said?.['reason']), /"subject":"wait"[^]*uncommittedFiles":\["src\/a\.ts"\]/)
    assert.equal(await repo.hook('one', 'Stop', { stop_hook_active: false }), undefined)
    assert.equal((await ada.getAgent('claude-1'))?.message, 'Stopped with changes that are not committed: src/a.ts')
  })

  it('let an agent stop that a person stopped, and keep its messages for when it goes on', async () => {
    const cursor = (status: string): Promise<{ out: string }> => repo.call({ conversation_id: 'c', generation_id: 'g', cursor_version: '2', workspace_roots: [repo.root], hook_event_name: 'stop', status, loop_count: 0 })
    await repo.call({ conversation_id: 'c', generation_id: 'g', cursor_version: '2', workspace_roots: [repo.root], hook_event_name: 'beforeSubmitPrompt', prompt: 'Go' })
    const ada = await repo.other()
    const { agents } = await ada.refresh()
    await ada.sendMessage({ to: agents.find(({ name }) => name.startsWith('cursor'))!.id, subject: 'wait', body: '' })
    for (const status of ['aborted', 'error']) assert.equal((await cursor(status)).out, '', status)
    assert.match((await cursor('completed')).out, /wait/)
  })

  it('act for an agent of the client where nothing tells its conversations apart, never for the person', async () => {
    const person = await repo.other('Tess', { kind: 'person' })
    await person.startup()
    git(repo.root, 'config', 'user.name', 'Tess')
    const copilot = (event: string, fields: object = {}): Promise<{ out: string }> => repo.call({ timestamp: 1704614600000, cwd: repo.root, hook_event_name: event, ...fields })
    await copilot('sessionStart')
    assert.equal((await copilot('preToolUse', { toolName: 'create', toolArgs: JSON.stringify({ path: join(repo.root, 'src', 'a.ts') }) })).out, '')
    assert.deepEqual(await repo.locks(), ['src/a.ts copilot-1'])
    await copilot('sessionEnd')
    assert.notEqual((await person.refresh()).agents.find(({ name }) => name === 'Tess')?.status, 'done')
  })

  it('tell an agent that begins who is there and what it noted last', async () => {
    await repo.edit('two', 'src/b.ts')
    await repo.edit('one', 'src/a.ts')
    await repo.wrote('one', 'src/a.ts')
    const me = await repo.other('claude-2')
    await me.checkpoint({ done: 'login', next: 'logout', files: [], verify: 'npm test', notes: '' })
    await repo.hook('one', 'PreCompact', { trigger: 'auto' })
    const context = contextOf(await repo.hook('one', 'SessionStart', { source: 'compact' }))
    assert.match(context, /You are claude-2\. You hold locks \(youHold\)\./)
    const { youHold, lastCheckpoint, lockedByOthers } = markedIn(context)
    assert.deepEqual(youHold, ['src/a.ts'])
    assert.deepEqual(lastCheckpoint, { done: 'login', next: 'logout', files: ['src/a.ts'], verify: 'npm test', notes: '' })
    assert.deepEqual(lockedByOthers, [{ resource: 'src/b.ts', by: 'claude-1' }])
  })

  it('tell an agent that begins its tasks, and the decisions to respect', async () => {
    const person = await repo.other('bob', { kind: 'person' })
    await repo.hook('one', 'SessionStart', { source: 'startup' })
    const me = await repo.other('claude-1')
    await person.addTask({ title: 'first' })
    await person.addTask({ title: 'second', assignee: 'claude-1', priority: 'P0', dependsOn: ['T-1'] })
    await person.addTask({ title: 'somebody else\'s', assignee: 'ada' })
    await me.startTask('T-1')
    for (const title of ['Use tabs', 'Use spaces', 'Not yet']) await me.logDecision({ title, decision: `${title}!` })
    await person.reviewDecision('D-1', 'approved')
    await person.reviewDecision('D-2', 'rejected')
    const { yourTasks, decisions } = markedIn(contextOf(await repo.hook('one', 'SessionStart', { source: 'resume' })))
    assert.deepEqual(yourTasks, [{ id: 'T-2', title: 'second', status: 'open', priority: 'P0', blockedBy: ['T-1'] }, { id: 'T-1', title: 'first', status: 'started', priority: 'P1' }])
    assert.deepEqual(decisions, [{ id: 'D-1', status: 'approved', title: 'Use tabs', decision: 'Use tabs!' }])
  })

  it('tell a sender, when it begins or is asked something, of an urgent message that nobody acknowledged', async () => {
    await repo.edit('one', 'src/a.ts')
    const me = await repo.other('claude-1')
    await me.sendMessage({ to: 'ada', subject: 'Stop', body: 'a long text', priority: 'urgent' })
    assert.equal(await repo.hook('one', 'UserPromptSubmit', { prompt: 'p' }), undefined)
    const [now, uptime] = [Date.now, os.uptime]
    try {
      Date.now = () => now() + 660_000
      os.uptime = () => uptime() + 660
      syncBuiltinESMExports()
      for (const event of ['UserPromptSubmit', 'SessionStart']) {
        const context = contextOf(await repo.hook('one', event, event === 'SessionStart' ? { source: 'resume' } : { prompt: 'p' }))
        const raised = context.slice(context.indexOf('nobody has acknowledged an urgent message of yours'))
        assert.deepEqual(markedIn(raised), { unacknowledged: [{ id: 'm1', to: 'ada', subject: 'Stop', delivery: { ada: 'sent' } }] })
      }
      assert.equal(await repo.wrote('one', 'src/a.ts'), undefined)
    } finally {
      Object.assign(Date, { now })
      os.uptime = uptime
      syncBuiltinESMExports()
    }
  })

  it('pass locks between an agent and its subagents', async () => {
    const sub = (id: string): object => ({ agent_id: id, agent_type: 'general-purpose' })
    await repo.hook('one', 'SessionStart', { source: 'startup' })
    assert.equal(await repo.edit('one', 'src/a.ts'), undefined)
    assert.equal(await repo.edit('one', 'src/a.ts', sub('x')), undefined)
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-2'])
    assert.match(await repo.edit('one', 'src/a.ts', sub('y')) ?? '', /"holder":"claude-2"/)
    assert.match(await repo.edit('one', 'src/a.ts') ?? '', /"holder":"claude-2"/)
    const someone = await repo.other()
    assert.equal((await someone.getAgent('claude-2'))?.parent, 'claude-1')
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'changed')
    await repo.hook('one', 'SubagentStop', { ...sub('x'), stop_hook_active: false })
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-1'])
    assert.equal(await repo.edit('one', 'src/a.ts'), undefined)
  })

  it('go on without a broken Muster, with one line, unless the guard is closed', async () => {
    rmSync(join(repo.folder, 'ledger'), { recursive: true })
    writeFileSync(join(repo.folder, 'ledger'), 'not a folder')
    const edit = repo.input('one', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, 'a') } })
    const open = await repo.call(edit)
    assert.deepEqual([open.out, open.exit], ['', 0])
    assert.match(open.problem, /^muster: [^\n]+ The agent goes on without it\.$/)
    const closed = await repo.call(edit, { MUSTER_GUARD: 'closed' })
    assert.match(closed.out, /"permissionDecision":"deny".*MUSTER_GUARD=off/)
    assert.deepEqual(await repo.call(edit, { MUSTER_GUARD: 'off' }), open)
    writeFileSync(join(repo.folder, 'settings.json'), '{"guard":"closed"}')
    assert.match((await repo.call(edit)).out, /deny/)
    const stop = await repo.call(repo.input('one', 'Stop'))
    assert.deepEqual([stop.out, stop.exit], ['', 0])
  })

  it('refuse nothing when the guard is off, and do all the rest', async () => {
    const off = { MUSTER_GUARD: 'off' }
    assert.match(contextOf(await repo.hook('one', 'SessionStart', { source: 'startup' }, off)), /You are claude-1/)
    await repo.edit('two', 'src/a.ts', {}, off)
    assert.deepEqual(await repo.locks(), ['src/a.ts claude-2'])
    assert.equal(await repo.edit('one', 'src/a.ts', {}, off), undefined)
    assert.ok(await repo.edit('one', 'src/a.ts'))
    const ada = await repo.other()
    await ada.sendMessage({ to: 'claude-1', subject: 'hello', body: '' })
    assert.match(contextOf(await repo.hook('one', 'UserPromptSubmit', { prompt: 'p' }, off)), /hello/)
  })

  it('refuse edits where the records are missing, only when the guard is closed', async () => {
    rmSync(join(repo.folder, 'ledger'), { recursive: true })
    const edit = repo.input('one', 'PreToolUse', { tool_name: 'Write', tool_input: { file_path: join(repo.root, 'a') } })
    assert.deepEqual(await repo.call(edit), { out: '', problem: '', exit: 0 })
    assert.match((await repo.call(edit, { MUSTER_GUARD: 'closed' })).out, /deny.*no records/)
    writeFileSync(join(repo.folder, 'settings.json'), '{"guard":"closed"}')
    assert.match((await repo.call(edit)).out, /deny.*no records/)
    assert.deepEqual(await repo.call(repo.input('one', 'SessionStart')), { out: '', problem: '', exit: 0 })
    rmSync(repo.folder, { recursive: true })
    assert.deepEqual(await repo.call(edit, { MUSTER_GUARD: 'closed' }), { out: '', problem: '', exit: 0 })
  })
})
