import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../../src/core/muster.js'
import { openMuster } from '../../../../src/core/open.js'
import { writeAll } from '../../../../src/documents/documents.js'
import { changeOf } from '../../../../src/documents/project/answers.js'
import { acceptCorrections, checkProject, plannedDocuments, writeProject } from '../../../../src/documents/project/files.js'
import { resumeAsLead } from '../../../../src/documents/project/resume.js'
import { git, Sandbox } from '../../system/sandbox.js'

/** A repository in which people and agents come and go. */
class Project {
  readonly sandbox = new Sandbox()
  readonly root = this.sandbox.repository()
  private readonly open = new Set<Muster>()

  async as(agent: string, kind: 'agent' | 'person' = 'agent', role?: 'lead' | 'worker'): Promise<Muster> {
    const muster = await openMuster({ folder: join(this.root, '.muster'), root: this.root, agent, kind, watch: false, ...(role && { role }) })
    this.open.add(muster)
    return muster
  }

  async leave(muster: Muster): Promise<void> {
    this.open.delete(muster)
    await muster.close()
  }

  read(file: string): string {
    return readFileSync(join(this.root, file), 'utf8')
  }

  write(file: string, text: string): void {
    mkdirSync(join(this.root, file, '..'), { recursive: true })
    writeFileSync(join(this.root, file), text)
  }

  commit(): void {
    git(this.root, 'add', '.')
    git(this.root, 'commit', '-qm', 'documents')
  }

  async dispose(): Promise<void> {
    for (const muster of this.open) await muster.close()
    this.sandbox.dispose()
  }
}

/** What the first lead leaves: a plan, decisions, a worker at work and one whose output is not integrated. */
async function begun(project: Project): Promise<void> {
  const [lead, ada, worker] = [await project.as('Conductor', 'agent', 'lead'), await project.as('Ada', 'person'), await project.as('Codex-Worker-1', 'agent', 'worker')]
  await lead.changePlan({ project: 'Shop', phases: [{ name: 'Foundation', acceptance: ['builds'] }, { name: 'Core', acceptance: ['orders are stored'] }], milestones: [{ name: 'First order', phase: 'Foundation' }], deliverable: { title: 'Order store', owner: 'Codex-Worker-1' } })
  for (const [title, priority] of [['Store orders', 'P0'], ['Cancel orders', 'P0'], ['Read me', 'P2']] as const) await lead.addTask({ title, priority, phase: 'Foundation' })
  await lead.setTests(184, 184)
  const proposed = await lead.logDecision({ title: 'Use PostgreSQL', context: 'Files do not scale.', decision: 'One table.', alternatives: ['SQLite - Rejected because of hosts'], consequences: ['Positive: queries'] })
  assert.ok(proposed.ok)
  await ada.reviewDecision(proposed.id, 'approved')
  await worker.startTask('T-1')
  await worker.claim('src/store.ts')
  await worker.deliver({ title: 'Order store', integrationReady: true })
  await writeProject(ada, { make: true })
  project.commit()
  await project.leave(lead)
}

const told = async (muster: Muster): Promise<string[]> => (await checkProject(muster)).map(({ file, code }) => `${file} ${code}`)
const now = (): number => Date.now()

describe('documents of the project, on disk', () => {
  let project: Project
  beforeEach(() => (project = new Project()))
  afterEach(() => project.dispose())

  it('are made beside what people wrote, and only there', async () => {
    project.write('AGENTS.md', '# Our rules\n\nBe kind.\n')
    const ada = await project.as('Ada', 'person')
    assert.deepEqual(await writeProject(ada, { make: false }), [])
    assert.deepEqual(readdirSync(project.root).filter((name) => name.endsWith('.md')), ['AGENTS.md'])
    assert.deepEqual((await writeProject(ada, { make: true })).map(({ file, how }) => [file, how]), [['STATUS.md', 'made'], ['DECISIONS.md', 'made'], ['AGENTS.md', 'written']])
    assert.match(project.read('AGENTS.md'), /^# Our rules\n\nBe kind\.\n\n<!-- muster:begin orchestration [0-9a-f]+ -->\n# Agent Orchestration Protocol/)
    assert.deepEqual((await writeProject(ada, { make: true })).map(({ how }) => how), ['unchanged', 'unchanged', 'unchanged'])
  })

  it('are shown before anything is recorded or written, as they will be', async () => {
    for (const answers of [{}, { project: 'Shop', phase: 'Foundation', acceptance: ['builds in CI', 'has <b>tests</b>'], deliverable: 'The build' }, { phase: 'Core' }]) {
      project.write('AGENTS.md', '# Our rules\n')
      const ada = await project.as('Ada', 'person')
      const planned = await plannedDocuments(ada, answers)
      assert.deepEqual([readdirSync(project.root).filter((name) => name.endsWith('.md')), (await ada.getPlan()).phases], [['AGENTS.md'], []])
      assert.deepEqual(planned.map(({ file, before }) => [file, before]), [['STATUS.md', undefined], ['DECISIONS.md', undefined], ['AGENTS.md', '# Our rules\n']])
      await ada.changePlan(changeOf(answers))
      await writeProject(ada, { make: true })
      // Its minute may have passed, and with it the sum of what is between the marks.
      const still = (text: string): string => text.replace(/\*\*Last Updated:\*\* .*/, '').replace(/(muster:begin [a-z]+) [0-9a-f]+/, '$1')
      for (const { file, after } of planned) assert.equal(still(after), still(project.read(file)))
      assert.deepEqual(await plannedDocuments(ada, {}), [])
      await project.dispose()
      project = new Project()
    }
  })

  it('are checked as they are in an editor, before they are saved', async () => {
    await begun(project)
    const ada = await project.as('Ada-2', 'person')
    const unsaved = { 'STATUS.md': project.read('STATUS.md').replace('184/184', 'many') }
    assert.deepEqual((await checkProject(ada, unsaved)).filter(({ file, code }) => file === 'STATUS.md' && code !== 'stale').map(({ code }) => code), ['changed-by-hand', 'no-tests'])
    assert.deepEqual((await told(ada)).filter((one) => one.includes('no-tests')), [])
  })

  it('keep beside the file what somebody wrote into Muster\'s part, and say so', async () => {
    await begun(project)
    const ada = await project.as('Ada-2', 'person')
    project.write('STATUS.md', `${project.read('STATUS.md').replace('Order store', 'Something else')}Mine below.\n`)
    assert.ok((await told(ada)).includes('STATUS.md changed-by-hand'))
    const [status] = await writeProject(ada, { make: false })
    assert.equal(status?.how, 'written')
    assert.match(project.read(status.kept!), /Something else/)
    assert.match(project.read('STATUS.md'), /Order store[^]*Mine below\.\n$/)
  })

  it('hold no other past than the records: what is deleted comes back, a slip is accepted from a person only', async () => {
    await begun(project)
    const [ada, agent] = [await project.as('Ada-2', 'person'), await project.as('beta')]
    project.write('DECISIONS.md', project.read('DECISIONS.md').replace(/## \d{4}[^]*?Supersedes:\*\* none\n/, ''))
    assert.ok((await told(ada)).some((one) => one.startsWith('DECISIONS.md')))
    await writeProject(ada, { make: false })
    project.write('DECISIONS.md', project.read('DECISIONS.md').replace('Files do not scale.', 'Files do not scale well.'))
    assert.ok((await told(ada)).includes('DECISIONS.md decision-changed'))
    assert.equal((await acceptCorrections(agent)).ok, false)
    assert.deepEqual(await acceptCorrections(ada, 'd-1'), { ok: true, accepted: ['D-1'] })
    await writeProject(ada, { make: false })
    assert.deepEqual((await told(ada)).filter((one) => one.includes('decision')), [])
    assert.equal((await ada.listDecisions())[0]?.context, 'Files do not scale well.')
    assert.deepEqual(await acceptCorrections(ada), { ok: true, accepted: [] })
    // The writer of documents may have been quicker: what the person wrote is beside the file then.
    project.write('DECISIONS.md', project.read('DECISIONS.md').replace('One table.', 'One table only.'))
    await writeProject(ada, { make: false })
    assert.deepEqual([await acceptCorrections(ada), await acceptCorrections(ada, 'D-1')], [{ ok: true, accepted: [] }, { ok: true, accepted: ['D-1'] }])
    assert.equal((await ada.listDecisions())[0]?.decision, 'One table only.')
    const missing = await acceptCorrections(ada, 'D-7')
    assert.equal(!missing.ok && missing.reason, 'NOT_FOUND')
  })

  it('are kept current by the writer of documents, where they were asked for', async () => {
    const ada = await project.as('Ada', 'person')
    project.write('AGENTS.md', '# Ours\n')
    await writeAll(ada)
    assert.deepEqual([readdirSync(project.root).filter((name) => name.endsWith('.md')), project.read('AGENTS.md')], [['AGENTS.md'], '# Ours\n'])
    await writeProject(ada, { make: true })
    await ada.changePlan({ phases: [{ name: 'Foundation' }] })
    for (let number = 1; number <= 101; number++) await ada.logDecision({ title: `decision ${number}` })
    await writeAll(ada)
    assert.match(project.read('STATUS.md'), /\*\*Phase:\*\* Phase 0 - Foundation\n/)
    assert.equal(existsSync(join(project.root, 'docs')), false)
    assert.equal(project.read('DECISIONS.md').split('\n## ').length - 1, 101)
    assert.deepEqual((await checkProject(ada)).filter(({ code }) => code === 'stale' || code.startsWith('decision')), [])
    // Older ones move when a person has the files made, and stay where they are from then on.
    await writeProject(ada, { make: false })
    const year = new Date().toISOString().slice(0, 4)
    assert.deepEqual([project.read('DECISIONS.md').split('\n## ').length - 1, project.read(`docs/decisions/${year}.md`).split('\n## ').length - 1], [50, 51])
    const before = project.read('DECISIONS.md')
    await writeAll(ada)
    assert.equal(project.read('DECISIONS.md'), before)
    assert.deepEqual((await checkProject(ada)).filter(({ code }) => code === 'stale' || code.startsWith('decision')), [])
  })

  it('are not written through a link', async () => {
    if (process.platform === 'win32') return
    const { symlinkSync } = await import('node:fs')
    const elsewhere = project.sandbox.put('outside.md', 'theirs')
    symlinkSync(elsewhere, join(project.root, 'STATUS.md'))
    const ada = await project.as('Ada', 'person')
    await assert.rejects(() => writeProject(ada, { make: true }), { code: 'INVALID_INPUT' })
    assert.equal(readFileSync(elsewhere, 'utf8'), 'theirs')
  })
})

describe('recovery', () => {
  let project: Project
  beforeEach(async () => {
    project = new Project()
    await begun(project)
  })
  afterEach(() => project.dispose())

  it('scenario 1, lead agent replaced: the new one finds phase, decisions, workers, a passing smoke test and the next P0', async () => {
    const lead = await project.as('Conductor-2', 'agent', 'lead')
    // Behind is only that somebody else leads now.
    assert.deepEqual(await told(lead), ['STATUS.md stale'])
    const briefing = await resumeAsLead(lead, { now: now(), smokeTest: 'echo built && exit 0' })
    assert.deepEqual(briefing.documents.map(({ found }) => found), [true, true, true])
    assert.deepEqual([briefing.phase, briefing.deliverable, briefing.decisions.map(({ id, status }) => `${id} ${status}`)], ['Foundation', 'Order store', ['D-1 approved']])
    assert.deepEqual(briefing.workers.map(({ name, scope }) => [name, scope]), [['Codex-Worker-1', ['src/store.ts']]])
    assert.deepEqual([briefing.outputs.map(({ id }) => id), briefing.smokeTest?.passed, briefing.smokeTest?.tail], [['V-1'], true, ['built']])
    assert.equal(briefing.next?.priority, 'P0')
    await lead.integrate('V-1', 'accepted')
    await writeProject(lead, { make: false })
    assert.match(project.read('STATUS.md'), /\*\*Lead Agent:\*\* Conductor-2\n[^]*Codex-Worker-1: Order store \(COMPLETE, integrated \d{4}-\d\d-\d\d\)/)
  })

  it('scenario 2, context window full: report, files and checkpoint are there for whoever goes on, and nothing was in memory only', async () => {
    const full = await project.as('Conductor-2', 'agent', 'lead')
    await full.startTask('T-2')
    await full.logDecision({ title: 'Cancel by flag', decision: 'No row is deleted.' })
    await full.checkpoint({ done: 'flag in the table', next: 'endpoint', files: ['src/store.ts'], verify: 'npm test' })
    await writeProject(full, { make: false })
    project.commit()
    await project.leave(full)
    const again = await project.as('Conductor-2', 'agent', 'lead')
    assert.deepEqual(await told(again), [])
    assert.equal((await again.startup()).checkpoint?.next, 'endpoint')
    const briefing = await resumeAsLead(again, { now: now() })
    assert.deepEqual([briefing.next?.id, briefing.approvals.map(({ title }) => title), briefing.smokeTest], ['T-1', ['Cancel by flag'], undefined])
    assert.match(project.read('STATUS.md'), /T-2 Cancel orders \(Conductor-2, started\)/)
    assert.match(project.read('DECISIONS.md'), /## \d{4}-\d\d-\d\d: Cancel by flag[^]*\*\*Status:\*\* Proposed[^]*Use PostgreSQL/)
  })

  it('scenario 3, a gap of days: a week later only what is recent is told as new, and a failing smoke test is said', async () => {
    const lead = await project.as('Conductor-2', 'agent', 'lead')
    const days = 24 * 60 * 60_000
    const briefing = await resumeAsLead(lead, { now: now() + 6 * days, smokeTest: 'echo broken >&2; exit 3' })
    assert.deepEqual([briefing.decisions.map(({ id }) => id), briefing.smokeTest?.passed, briefing.smokeTest?.code, briefing.smokeTest?.tail], [['D-1'], false, 3, ['broken']])
    assert.deepEqual((await resumeAsLead(lead, { now: now() + 8 * days })).decisions, [])
    assert.equal(briefing.next?.title, 'Store orders')
  })

  it('scenario 4, worker outputs lost: without .taskers the records still say who worked on what and what is not integrated', async () => {
    project.write('.taskers/runs/20260216_142834/Codex-Worker-1.txt', 'output')
    const lead = await project.as('Conductor-2', 'agent', 'lead')
    assert.deepEqual((await resumeAsLead(lead, { now: now() })).runs, ['.taskers/runs/20260216_142834/Codex-Worker-1.txt'])
    rmSync(join(project.root, '.taskers'), { recursive: true })
    const briefing = await resumeAsLead(lead, { now: now() })
    assert.deepEqual([briefing.runs, briefing.outputs.map(({ title }) => title), briefing.workers.map(({ name }) => name)], [[], ['Order store'], ['Codex-Worker-1']])
    assert.match(project.read('STATUS.md'), /- Codex-Worker-1: T-1 Store orders \(Scope: src\/store\.ts\)/)
    assert.equal(existsSync(join(project.root, '.taskers')), false)
  })
})
