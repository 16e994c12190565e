import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { programOf } from '../../../src/supervisor/keeperProcess.js'
import { runProgram } from '../../../src/supervisor/runProgram.js'
import { Repository } from './repository.js'

describe('muster docs, plan and report', () => {
  const repo = new Repository()
  after(() => repo.remove())

  it('shows what it would write, and writes nothing', async () => {
    await repo.json('plan', 'tests', '0', '0')
    const { documents } = (await repo.json('docs', 'init', '--dry-run', '--phase', 'Later', '--acceptance', 'nothing is left')).json as { documents: { file: string; after: string }[] }
    assert.deepEqual(documents.map(({ file }) => file), ['STATUS.md', 'DECISIONS.md', 'AGENTS.md'])
    assert.match(documents[0]!.after, /### Phase 0: Later\n[^]*- \[ \] nothing is left/)
    assert.deepEqual(readdirSync(repo.root).filter((name) => name.endsWith('.md')), [])
    assert.equal((await repo.muster('docs', 'init', '--acceptance', 'x')).exit, 2)
  })

  it('make the documents, find what they lack, and take what a person put right', async () => {
    assert.equal((await repo.json('docs', 'init', '--yes')).exit, 0)
    const first = await repo.json('docs', 'check')
    const findings = first.json['findings'] as { file: string; line: number; code: string }[]
    assert.deepEqual([first.exit, findings.map(({ code }) => code).includes('no-phase-plan')], [1, true])
    assert.match((await repo.muster('docs', 'check')).err, /^STATUS\.md:\d+: error: /m)
    await repo.json('plan', 'change', '--phase', 'Foundation', '--acceptance', 'builds', '--deliverable', 'Build', '--owner', 'alpha')
    assert.equal((await repo.json('plan', 'advance', '--agent', 'alpha')).json['reason'], 'NOT_FOUND')
    await repo.json('decision', 'propose', '--title', 'Use tbas', '--agent', 'alpha')
    await repo.json('docs', 'render')
    const file = join(repo.root, 'DECISIONS.md')
    writeFileSync(file, readFileSync(file, 'utf8').replace('Use tbas', 'Use tabs'))
    assert.equal((await repo.json('docs', 'accept', '--agent', 'alpha')).json['reason'], 'PERSON_ONLY')
    assert.deepEqual((await repo.json('docs', 'accept')).json['accepted'], ['D-1'])
  })

  it('check the text of an editor, from standard input', async () => {
    const program = programOf(join(projectRoot, 'dist', 'cli.mjs'))
    const check = (input: string): Promise<{ ok: boolean; findings: { code: string; line: number }[] }> => runProgram(program, ['docs', 'check', '--unsaved'], { cwd: repo.root, env: process.env, input })
    const text = `${readFileSync(join(repo.root, 'STATUS.md'), 'utf8').replace('## Current Deliverable\n\nBuild\n', '## Current Deliverable\n\nTBD\n')}`
    const { findings } = await check(JSON.stringify({ 'STATUS.md': text }))
    assert.deepEqual(findings.find(({ code }) => code === 'no-deliverable')?.line, text.split('\n').indexOf('## Current Deliverable') + 1)
    await assert.rejects(() => check('[1]'), /JSON object/)
    await assert.rejects(() => check('none'), /JSON object/)
  })

  it('report, and brief a new lead', async () => {
    const { out } = await repo.muster('report')
    assert.match(out, /^## 7\. Next Actions and Approvals Needed\n\n- Approval needed: D-1 Use tabs, asked by alpha$/m)
    const { lead } = (await repo.json('startup', '--lead', '--agent', 'gamma', '--smoke-test', 'exit 1')).json as { lead: { phase: string; smokeTest: { passed: boolean } } }
    assert.deepEqual([lead.phase, lead.smokeTest.passed], ['Foundation', false])
    const untested = /^No smoke test is configured, .*--smoke-test "npm test".*MUSTER_SMOKE_TEST$/m
    assert.match((await repo.muster('startup', '--lead', '--agent', 'gamma')).out, untested)
    const tested = await repo.run(['startup', '--lead', '--agent', 'gamma'], { MUSTER_SMOKE_TEST: 'exit 0' })
    assert.deepEqual([/^Smoke test \(exit 0\): passed/m.test(tested.out), untested.test(tested.out)], [true, false])
    const daily = (await repo.json('report', '--daily')).json as { agents: { agent: string; markdown: string }[] }
    assert.deepEqual(daily.agents.map(({ agent }) => agent).sort(), ['alpha', 'gamma'])
    assert.equal((await repo.muster('report', '--daily', '--overview')).exit, 2)
    const german = await repo.muster('report', '--language', 'de-AT')
    assert.match(german.out, /^# Statusbericht: [^]*\n## 1\. Zusammenfassung\n[^]*\n## 7\. /)
    assert.deepEqual([german.exit, (await repo.muster('report', '--language', 'xx')).exit, (await repo.muster('report', '--language', '../de')).exit], [0, 2, 2])
    const page = (await repo.json('report', '--lead', '--smoke-test', 'exit 3')).json as { markdown: string }
    assert.match(page.markdown, /^# Where .* is\n[^]*- Phase: Foundation\n- Now: Build\n[^]*- Smoke test \(exit 3\): failed with code 3 in /)
    assert.ok(page.markdown.split('\n').length < 50)
  })

  it('brief a new lead on one screen, however much there is to decide', async () => {
    for (let n = 0; n < 6; n++) await repo.json('decision', 'propose', '--title', `Choice ${n}`, '--agent', 'alpha')
    const { decisions } = (await repo.json('decision', 'list', '--status', 'proposed')).json as { decisions: { id: string }[] }
    const { out } = await repo.muster('startup', '--lead', '--agent', 'gamma')
    const shown = out.split('\n').filter((line) => line.startsWith('To decide: '))
    assert.deepEqual(shown.map((line) => line.split(' ')[2]), decisions.slice(0, 5).map(({ id }) => id))
    assert.match(out, new RegExp(`^and ${decisions.length - 5} more to decide: muster decision list --status proposed$`, 'm'))
    for (const { id } of decisions.slice(-6)) await repo.json('decision', 'reject', id)
  })

  it('write tickets, take outputs in, and say what became of them', async () => {
    await repo.json('task', 'add', '--title', 'Store orders', '--resource', 'src/orders/')
    await repo.json('ticket', 'templates', 'codex')
    const made = await repo.muster('ticket', 'make', 'Codex-Worker-1', '--task', 'T-1', '--brief', 'Only the store')
    assert.equal(made.out, '.taskers/tickets/Codex-Worker-1.md is made: T-1 for codex-worker-1.\n')
    await repo.json('task', 'add', '--title', 'Cancel orders', '--resource', 'src/orders/cancel.ts')
    const refused = await repo.json('ticket', 'make', 'Claude-Worker-1', '--task', 'T-2')
    assert.deepEqual([refused.exit, refused.json['reason'], refused.json['heldBy']], [1, 'SCOPE_TAKEN', 'codex-worker-1'])
    removeFolder(join(repo.root, '.taskers'))
    assert.match((await repo.muster('ticket', 'list')).out, /Codex-Worker-1\.md is lost\./)
    assert.equal((await repo.muster('ticket', 'make')).out, '.taskers/tickets/Codex-Worker-1.md is made: T-1 for codex-worker-1.\n')
    assert.equal((await repo.json('ticket', 'output', 'Codex-Worker-1', '--from', 'nothing.log')).exit, 2)
    writeFileSync(join(repo.root, 'codex.log'), 'stored\n')
    const saved = await repo.json('ticket', 'output', 'Codex-Worker-1', '--from', 'codex.log')
    assert.equal(readFileSync(join(repo.root, saved.json['file'] as string), 'utf8'), 'stored\n')
    const integrated = await repo.muster('ticket', 'integrate', 'Codex-Worker-1', '--verdict', 'partial', '--note', 'half')
    assert.equal(integrated.out, 'V-1 of codex-worker-1: partial. T-1 is open for others.\n')
    await repo.json('docs', 'render')
    assert.match(readFileSync(join(repo.root, 'STATUS.md'), 'utf8'), /Recent Completions:\*\*\n- Codex-Worker-1: Store orders \(COMPLETE, integrated in part /)
  })

  it('name to a new lead what is missing, and a next task that it can begin', async () => {
    const lead = async (): Promise<string> => (await repo.muster('startup', '--lead', '--agent', 'gamma')).out
    for (const title of ['Store more', 'Cancel more']) await repo.json('task', 'add', '--title', title, '--priority', 'P0')
    await repo.json('task', 'start', 'T-3', '--agent', 'alpha')
    assert.match(await lead(), /\d+ things are missing for a handoff: muster docs check\n {2}[A-Z]+\.md:\d+: .+\n/)
    assert.match(await lead(), /Next: T-4 Cancel more \(P0\): muster task start T-4\n/)
    assert.equal((await repo.json('task', 'start', 'T-4', '--agent', 'gamma')).exit, 0)
    assert.match(await lead(), /Next: T-4 Cancel more \(P0\), which you have begun\n/)
  })
})

describe('documents where no window runs', () => {
  let repo: Repository
  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  const read = (file: string): string => readFileSync(join(repo.root, file), 'utf8')

  it('follow every command that changes something, once they are in use', async () => {
    await repo.json('check-in', '--progress', '10', '--agent', 'alpha')
    assert.deepEqual(readdirSync(join(repo.root, '.muster')).includes('documents'), false, 'nobody has asked for any')
    await repo.json('docs', 'init', '--phase', 'Foundation')
    await repo.json('task', 'add', '--title', 'Store orders', '--priority', 'P0', '--agent', 'alpha')
    assert.match(read('STATUS.md'), /- \[ \] T-1 Store orders\n/)
    await repo.json('task', 'start', 'T-1', '--agent', 'alpha')
    assert.match(read('STATUS.md'), /- \[ \] T-1 Store orders \(alpha, started\)\n/)
    await repo.json('check-in', '--progress', '60', '--agent', 'alpha')
    assert.match(read('.muster/agents/alpha/.agent_status'), /^COMPLETION_PCT=60$/m)
    await repo.json('decision', 'propose', '--title', 'Use tabs', '--agent', 'alpha')
    assert.match(read('DECISIONS.md'), /: Use tabs\n/)
    // And what an agent with nothing but a shell has said meanwhile is known then.
    mkdirSync(join(repo.root, '.muster', 'agents', 'beta'))
    writeFileSync(join(repo.root, '.muster', 'agents', 'beta', '.agent_status'), 'STATUS=BLOCKED\nBLOCKER_DESCRIPTION=No key\n')
    await repo.json('work-log', 'went on', '--agent', 'alpha')
    assert.equal(((await repo.json('agent', 'show', 'beta')).json['agent'] as { blocker: string }).blocker, 'No key')
    assert.deepEqual(((await repo.json('docs', 'check')).json['findings'] as { code: string }[]).filter(({ code }) => ['stale', 'missing-file', 'decision-deleted'].includes(code)), [])
  })

  it('are left to who keeps them, and taken up when that one is gone; looking writes nothing', async () => {
    await repo.json('docs', 'init', '--yes')
    const before = read('STATUS.md')
    const turn = join(repo.root, '.muster', 'documents', 'writer.lock')
    mkdirSync(turn)
    await repo.json('task', 'add', '--title', 'First', '--agent', 'alpha')
    assert.equal(read('STATUS.md'), before)
    const long = new Date(Date.now() - 60_000)
    utimesSync(turn, long, long)
    await repo.json('task', 'list')
    assert.equal(read('STATUS.md'), before)
    await repo.json('task', 'add', '--title', 'Second', '--agent', 'alpha')
    assert.match(read('STATUS.md'), /First[^]*Second/)
  })

  it('of agents with nothing but a shell are read before a command tells how things are, where nobody else does', async () => {
    type Agents = { agents: { id: string; status: string; blocker?: string }[] }
    const says = (agent: string, word: string, blocker: string): void => {
      mkdirSync(join(repo.root, '.muster', 'agents', agent), { recursive: true })
      writeFileSync(join(repo.root, '.muster', 'agents', agent, '.agent_status'), `STATUS=${word}\nBLOCKER_DESCRIPTION=${blocker}\n`)
    }
    const shown = async (agent: string, ...command: string[]): Promise<unknown> => ((await repo.json(...command)).json as unknown as Agents).agents.find(({ id }) => id === agent)?.blocker
    await repo.json('docs', 'init', '--yes')
    says('gamma', 'BLOCKED', 'No key')
    assert.equal(await shown('gamma', 'status'), 'No key')
    says('gamma', 'BLOCKED', 'No network')
    assert.match((await repo.muster('report')).out, /^- gamma is blocked: No network$/m)
    assert.match(read('.muster/agents/gamma/.agent_status'), /No network/)
    says('gamma', 'BLOCKED', 'No disk')
    assert.equal(await shown('gamma', 'agent', 'list'), 'No disk')
    // Whoever keeps documents reads them.
    const turn = join(repo.root, '.muster', 'documents', 'writer.lock')
    mkdirSync(turn)
    says('gamma', 'BLOCKED', 'No room')
    assert.equal(await shown('gamma', 'status'), 'No disk')
    removeFolder(turn)
    assert.equal(await shown('gamma', 'status'), 'No room')
  })

  it('in a tree where no document is in use are read as well', async () => {
    const other = new Repository()
    try {
      await other.json('claim', 'src/a.ts', '--agent', 'alpha')
      writeFileSync(join(other.root, '.agent_status'), 'AGENT_ID=delta\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=40\n')
      const { agents } = (await other.json('status')).json as { agents: { id: string; progress?: number }[] }
      assert.deepEqual(agents.map(({ id, progress }) => [id, progress]).filter(([id]) => id === 'delta'), [['delta', 40]])
    } finally {
      other.remove()
    }
  })

  it('of a repository that was cloned follow from the first change; a command is done also where they cannot be written', async () => {
    await repo.json('docs', 'init', '--yes')
    removeFolder(join(repo.root, '.muster'))
    await repo.json('task', 'add', '--title', 'Here', '--agent', 'alpha')
    assert.match(read('STATUS.md'), /T-1 Here\n/)
    removeFolder(join(repo.root, '.muster', 'documents'))
    writeFileSync(join(repo.root, '.muster', 'documents'), 'in the way')
    const { exit, out, err } = await repo.muster('task', 'add', '--title', 'All the same', '--agent', 'alpha')
    assert.deepEqual([exit, /Added T-2/.test(out), /^muster: documents are not up to date: /.test(err)], [0, true, true])
  })
})

describe('documents that were written from other records', () => {
  const repo = new Repository()
  after(() => repo.remove())

  it('are left as they are by whoever works in a clone, until a person has them made anew', async () => {
    const read = (file: string): string => readFileSync(join(repo.root, file), 'utf8')
    await repo.json('task', 'add', '--title', 'First', '--agent', 'alpha')
    await repo.json('docs', 'init', '--yes')
    const status = read('STATUS.md')
    removeFolder(join(repo.root, '.muster'))
    await repo.json('claim', 'src/a.ts', '--agent', 'beta')
    assert.equal(read('STATUS.md'), status, 'tasks that nobody here knows')
    await repo.json('decision', 'propose', '--title', 'One database', '--agent', 'beta')
    await repo.json('decision', 'propose', '--title', 'Two of them', '--agent', 'beta')
    assert.equal(read('STATUS.md'), status, 'decisions do not tell of tasks')
    assert.doesNotMatch(read('DECISIONS.md'), /Two of them/)
    await repo.json('docs', 'render')
    assert.match(read('DECISIONS.md'), /Two of them/)
    const before = [read('STATUS.md'), read('DECISIONS.md'), read('AGENTS.md')]
    removeFolder(join(repo.root, '.muster'))
    await repo.json('task', 'add', '--title', 'Elsewhere', '--agent', 'beta')
    await repo.json('decision', 'propose', '--title', 'Another first one', '--agent', 'beta')
    assert.deepEqual([read('STATUS.md'), read('DECISIONS.md'), read('AGENTS.md')], before, 'decisions that nobody here knows')
    await repo.json('decision', 'propose', '--title', 'And a second', '--agent', 'beta')
    assert.equal(read('DECISIONS.md'), before[1], 'decisions of other names under the same numbers')
    const saved = await repo.muster('docs', 'save', '--next', 'go', '--commit', 'As of now', '--agent', 'beta')
    assert.deepEqual([saved.exit, [read('STATUS.md'), read('DECISIONS.md'), read('AGENTS.md')]], [1, before])
    assert.match(saved.out + saved.err, /It was written from other records than those here/)
    for (const command of [['docs', 'render'], ['docs', 'init', '--yes']]) {
      for (const [index, file] of ['STATUS.md', 'DECISIONS.md', 'AGENTS.md'].entries()) writeFileSync(join(repo.root, file), before[index]!)
      const { json } = await repo.json(...command)
      const { documents } = json as { documents: { file: string; kept?: string }[] }
      assert.equal(read(documents.find(({ file }) => file === 'DECISIONS.md')!.kept!), before[1])
      assert.equal(read(documents.find(({ file }) => file === 'STATUS.md')!.kept!), before[0])
      assert.match(read('DECISIONS.md'), /And a second/)
    }
  })

  it('are kept beside also where the first that is recorded here is the plan, or a task', async () => {
    const read = (file: string): string => readFileSync(join(repo.root, file), 'utf8')
    removeFolder(join(repo.root, '.muster'))
    for (const file of ['STATUS.md', 'DECISIONS.md', 'AGENTS.md']) rmSync(join(repo.root, file))
    for (const title of ['First', 'Second']) await repo.json('task', 'add', '--title', title, '--agent', 'alpha')
    await repo.json('docs', 'init', '--yes')
    const status = read('STATUS.md')
    removeFolder(join(repo.root, '.muster'))
    await repo.json('task', 'add', '--title', 'Elsewhere', '--agent', 'beta')
    assert.equal(read('STATUS.md'), status, 'a second task, that nobody here knows')
    removeFolder(join(repo.root, '.muster'))
    const { json } = await repo.json('docs', 'init', '--yes', '--phase', 'Begin')
    const kept = (json as { documents: { file: string; kept?: string }[] }).documents.find(({ file }) => file === 'STATUS.md')!.kept!
    assert.equal(read(kept), status)
    assert.match(read('STATUS.md'), /Phase 0: Begin/)
  })
})

describe('a context that is nearly full', () => {
  const repo = new Repository()
  after(() => repo.remove())

  it('is put down by one command: report, documents, checkpoint and commit, from which a new conversation goes on', async () => {
    const git = (...args: string[]): string => execFileSync('git', ['-C', repo.root, '-c', 'user.email=ada@example.com', ...args], { encoding: 'utf8' }).trim()
    git('config', 'user.email', 'ada@example.com')
    await repo.json('docs', 'init', '--phase', 'Foundation', '--acceptance', 'builds', '--deliverable', 'Order store')
    await repo.json('task', 'add', '--title', 'Cancel orders', '--priority', 'P0', '--agent', 'alpha')
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'half done')
    assert.equal((await repo.muster('docs', 'save', '--commit', 'x', '--agent', 'alpha')).exit, 2)
    const { json } = await repo.json('docs', 'save', '--done', 'order store', '--next', 'cancelling', '--next', 'its endpoint', '--verify', 'npm test', '--commit', 'As of now', '--agent', 'alpha')
    assert.deepEqual([(json['committed'] as string[]).sort(), git('log', '-1', '--format=%s'), git('show', '--format=', '--name-only', 'HEAD').split('\n').sort()], [['AGENTS.md', 'DECISIONS.md', 'STATUS.md'], 'As of now', ['AGENTS.md', 'DECISIONS.md', 'STATUS.md']])
    assert.match(git('status', '--short'), /src\//)
    assert.match(json['report'] as string, /^# Status report: [^]*## 7\. Next Actions and Approvals Needed\n\n- Next: T-1 Cancel orders \(P0\)/)
    // Another conversation, which knows nothing.
    const { checkpoint, lead } = (await repo.json('startup', '--lead', '--agent', 'alpha')).json as { checkpoint: { done: string; next: string; verify: string }; lead: { next: { id: string }; documents: { found: boolean }[] } }
    assert.deepEqual([checkpoint.done, checkpoint.next, checkpoint.verify, lead.next.id, lead.documents.every(({ found }) => found)], ['order store', 'cancelling\nits endpoint', 'npm test', 'T-1', true])
    const again = await repo.muster('docs', 'save', '--notes', 'nothing new', '--commit', 'Again', '--agent', 'alpha')
    assert.match(again.out, /Your checkpoint is saved\.\n[^]*Go on with: muster startup --lead\n$/)
  })
})
