import assert from 'node:assert/strict'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../../src/core/muster.js'
import { openMuster } from '../../../../src/core/open.js'
import { writeAll } from '../../../../src/documents/documents.js'
import { changeOf } from '../../../../src/documents/project/answers.js'
import { acceptCorrections, checkProject, plannedDocuments, writeProject } from '../../../../src/documents/project/files.js'
import { saveAll } from '../../../../src/documents/project/save.js'
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

async function keptFor(muster: Muster): Promise<readonly { id: string; file: string }[]> {
  const result = await acceptCorrections(muster)
  assert.ok(result.ok && result.accepted.length === 0)
  return result.kept ?? []
}

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
    const [{ id, file } = { id: '', file: '' }] = await keptFor(ada)
    assert.deepEqual([id, /^DECISIONS\.md\.yours-/.test(file)], ['D-1', true], 'which of them counts is for the person to say')
    assert.deepEqual(await acceptCorrections(ada, 'D-1'), { ok: true, accepted: ['D-1'] })
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
    const year = new Date().toISOString().slice(0, 4)
    const older = `docs/decisions/${year}.md`
    const counts = (): number[] => ['DECISIONS.md', older].map((file) => project.read(file).split('\n## ').length - 1)
    assert.deepEqual(counts(), [50, 51])
    assert.deepEqual((await checkProject(ada)).filter(({ code }) => code === 'stale' || code.startsWith('decision')), [])
    // Taken away, they are missed, and come back to where they were.
    rmSync(join(project.root, 'docs'), { recursive: true })
    assert.ok((await told(ada)).includes(`${older} missing-file`))
    await writeAll(ada)
    assert.deepEqual(counts(), [50, 51])
    const before = project.read('DECISIONS.md')
    await writeAll(ada)
    assert.equal(project.read('DECISIONS.md'), before)
    assert.deepEqual((await checkProject(ada)).filter(({ code }) => code === 'stale' || code.startsWith('decision')), [])
  })

  it('keep what somebody wrote into a file of older decisions, whoever writes it anew', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    for (let number = 1; number <= 101; number++) await ada.logDecision({ title: `decision ${number}` })
    await writeProject(ada, { make: false })
    const older = `docs/decisions/${new Date().toISOString().slice(0, 4)}.md`
    const note = (text: string): void => project.write(older, project.read(older).replace('**Project:**', `${text}\n\n**Project:**`))
    for (const [text, write] of [['NOTE 1', () => writeProject(ada, { make: false })], ['NOTE 2', () => writeProject(ada, { make: true })], ['NOTE 3', () => writeAll(ada)]] as const) {
      note(text)
      assert.ok((await told(ada)).includes(`${older} changed-by-hand`), text)
      await write()
      assert.ok(!project.read(older).includes('NOTE'))
      const kept = readdirSync(join(project.root, 'docs/decisions')).filter((name) => name.includes('.yours-')).map((name) => project.read(`docs/decisions/${name}`))
      assert.ok(kept.some((one) => one.includes(text)), text)
    }
    // Around the part it stays where it is; a part that has lost its marks is still the part.
    project.write(older, `${project.read(older)}Below.\n`)
    await writeAll(ada)
    assert.match(project.read(older), /Below\.\n$/)
    project.write(older, project.read(older).replace(/<!-- .*\n/g, ''))
    await writeProject(ada, { make: false })
    assert.equal(project.read(older).split('# Architectural Decision Log').length - 1, 1)
    assert.deepEqual((await told(ada)).filter((one) => one.startsWith(older)), [`${older} uncommitted`])
  })

  it('take a file of older decisions without marks for theirs, as an earlier version left it, where nothing is lost with it', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    for (let number = 1; number <= 101; number++) await ada.logDecision({ title: `decision ${number}` })
    await writeProject(ada, { make: false })
    const older = `docs/decisions/${new Date().toISOString().slice(0, 4)}.md`
    const entries = project.read(older).replace(/<!-- .*\n/g, '').split('\n---\n')
    const kept = (): string[] => readdirSync(join(project.root, 'docs/decisions')).filter((name) => name.includes('.yours-'))
    for (const write of [() => writeProject(ada, { make: false }), () => writeAll(ada)]) {
      // Without the newest one, which was not among the older ones yet.
      project.write(older, [entries[0], ...entries.slice(2)].join('\n---\n'))
      await write()
      assert.deepEqual([kept(), project.read(older).split('\n## ').length - 1], [[], 51])
    }
    project.write(older, [...entries.slice(0, 3), '\nNOTE\n', ...entries.slice(3)].join('\n---\n'))
    await writeAll(ada)
    assert.equal(kept().length, 1)
  })

  it('say where git cannot tell what to commit, after everything is put down', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    const save = async () => saveAll(ada, { checkpoint: { done: '', next: 'go on', files: [], verify: '', notes: '' }, commit: 'As of now', now: Date.now() })
    renameSync(join(project.root, '.git'), join(project.root, '.git-gone'))
    try {
      await assert.rejects(save(), { code: 'NOT_APPLIED' })
      assert.equal((await ada.startup()).checkpoint?.next, 'go on')
    } finally {
      renameSync(join(project.root, '.git-gone'), join(project.root, '.git'))
    }
    assert.deepEqual((await save()).committed.sort(), ['AGENTS.md', 'DECISIONS.md', 'STATUS.md'])
  })

  it('move a phase that is over, and tasks beyond the fiftieth of one importance, to files of their own', async () => {
    const ada = await project.as('Ada', 'person')
    await ada.changePlan({ project: 'Shop', phases: [{ name: 'Foundation', acceptance: ['builds'] }, { name: 'Core', acceptance: ['orders are stored'] }] })
    await writeProject(ada, { make: true })
    assert.equal(existsSync(join(project.root, 'docs')), false)
    assert.ok((await ada.advancePhase({ note: 'It builds.', force: true })).ok)
    for (let number = 1; number <= 52; number++) await ada.addTask({ title: `task ${number}`, priority: 'P1' })
    await writeAll(ada)
    assert.match(project.read('STATUS.md'), /### Phase 0: Foundation\n\n\*\*Status:\*\* Complete, .*docs\/history\/phase-0\.md.*\n\n### Phase 1: Core\n/)
    assert.match(project.read('docs/history/phase-0.md'), /- \[.\] builds\n/)
    assert.match(project.read('docs/backlog.md'), /- \[ \] T-51 task 51\n- \[ \] T-52 task 52\n/)
    // What somebody writes around the part stays; what into it, beside it.
    project.write('docs/history/phase-0.md', `Ours.\n\n${project.read('docs/history/phase-0.md').replace('builds', 'built')}`)
    for (const id of ['T-1', 'T-2']) assert.ok((await ada.completeTask(id)).ok)
    await writeAll(ada)
    assert.match(project.read('docs/history/phase-0.md'), /^Ours\.\n[^]* builds\n/)
    assert.equal(readdirSync(join(project.root, 'docs/history')).length, 2)
    assert.ok(!project.read('docs/backlog.md').includes('T-5'), 'it is empty, and says so')
    assert.deepEqual((await told(ada)).filter((one) => one.startsWith('docs/') && !one.endsWith('uncommitted')), [])
  })

  it('are kept with a byte order mark, or a blank before a mark; of marks that are lost, it is said how to mend them', async () => {
    await begun(project)
    const ada = await project.as('Ada-2', 'person')
    for (const [file, edit] of [['AGENTS.md', (text: string) => `\ufeff${text}`], ['STATUS.md', (text: string) => text.replaceAll('<!--', ' <!--')]] as const) {
      project.write(file, edit(project.read(file)))
      assert.deepEqual((await told(ada)).filter((one) => one.includes('broken')), [])
    }
    await ada.changePlan({ deliverable: { title: 'Another thing', owner: 'Ada' } })
    await writeAll(ada)
    assert.match(project.read('STATUS.md'), /Another thing/)
    assert.ok(project.read('AGENTS.md').startsWith('\ufeff<!-- muster:begin'))

    const whole = project.read('STATUS.md')
    for (const mark of [/<!-- muster:begin status .*\n/, /<!-- muster:end status -->\n/]) {
      project.write('STATUS.md', whole.replace(mark, ''))
      const finding = (await checkProject(ada)).find(({ code }) => code === 'broken-marks')
      const [status] = await writeProject(ada, { make: false })
      assert.deepEqual([status?.how, status?.hint?.includes(finding!.hint)], ['refused', true])
      // As the hint says.
      const [line = ''] = /<!-- muster:\w+ status -->/.exec(finding!.hint) ?? []
      const text = project.read('STATUS.md')
      project.write('STATUS.md', line.includes('begin') ? `${line}\n${text}` : `${text}${line}\n`)
      await writeProject(ada, { make: false })
      assert.equal(project.read('STATUS.md'), whole)
    }
    // Or without any of it, made anew.
    project.write('STATUS.md', 'Mine.\n')
    await writeProject(ada, { make: true })
    assert.match(project.read('STATUS.md'), /^Mine\.\n\n<!-- muster:begin status /)
  })

  it('say of a link or a folder in the place of one that it is none, and go on with the others', async () => {
    if (process.platform === 'win32') return
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    const agents = project.read('AGENTS.md')
    project.write('CLAUDE.md', agents)
    rmSync(join(project.root, 'AGENTS.md'))
    for (const put of [() => symlinkSync('CLAUDE.md', join(project.root, 'AGENTS.md')), () => mkdirSync(join(project.root, 'AGENTS.md'))]) {
      rmSync(join(project.root, 'AGENTS.md'), { force: true })
      put()
      const found = await checkProject(ada)
      assert.deepEqual(found.filter(({ file }) => file === 'AGENTS.md').map(({ line, code }) => [line, code]), [[1, 'no-file']])
      assert.ok(found.some(({ file }) => file === 'STATUS.md'))
      assert.deepEqual((await writeProject(ada, { make: false })).map(({ file, how }) => [file, how]), [['STATUS.md', 'unchanged'], ['DECISIONS.md', 'unchanged'], ['AGENTS.md', 'refused']])
      assert.equal(project.read('CLAUDE.md'), agents)
    }
  })

  it('say of one that is no UTF-8 where, and only that; it is never written', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    for (const file of ['STATUS.md', 'DECISIONS.md']) {
      const place = join(project.root, file)
      const whole = readFileSync(place)
      const latin = Buffer.concat([whole, Buffer.from('K\u00f6ln\n', 'latin1')])
      writeFileSync(place, latin)
      assert.deepEqual((await checkProject(ada)).filter((one) => one.file === file && one.code !== 'uncommitted').map(({ line, code }) => [line, code]), [[whole.toString().split('\n').length, 'not-utf8']])
      const [written] = (await writeProject(ada, { make: true })).filter((one) => one.file === file)
      assert.deepEqual([written!.how, written!.hint], ['refused', `${file} is no text in UTF-8. Save the file as UTF-8.`])
      assert.ok(readFileSync(place).equals(latin))
      writeFileSync(place, whole)
    }
  })

  it('are called after the repository in each of its working trees', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    project.commit()
    const other = join(project.root, '..', 'feat-x')
    git(project.root, 'worktree', 'add', '-q', other)
    const there = await openMuster({ folder: join(project.root, '.muster'), root: other, agent: 'bee', watch: false })
    try {
      for (const act of [() => there.addTask({ title: 'There' }).then(() => writeAll(there)), () => writeProject(there, { make: false })]) {
        await act()
        assert.equal(readFileSync(join(other, 'DECISIONS.md'), 'utf8'), project.read('DECISIONS.md'))
      }
    } finally {
      await there.close()
    }
  })

  it('are written anew beside a writer that writes the same file in the same moment', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    for (let n = 0; n < 5; n++) {
      await ada.setTests(n, 100)
      const [, written] = await Promise.all([writeAll(ada), writeProject(ada, { make: false })])
      assert.deepEqual(written.filter(({ how, kept }) => how === 'refused' || kept !== undefined), [])
    }
    assert.match(project.read('STATUS.md'), /4\/100/)
    assert.deepEqual([readdirSync(project.root).filter((name) => /backup|yours/.test(name)), ada.state().errors], [[], []])
  })

  it('begin with a day, also before anything is decided, and end as agreed', async () => {
    const ada = await project.as('Ada', 'person')
    await writeProject(ada, { make: true })
    assert.match(project.read('DECISIONS.md'), /\n\*\*Started:\*\* \d{4}-\d\d-\d\d\n/)
    for (const [file, end] of [['STATUS.md', 'Status File End'], ['DECISIONS.md', 'Decision Log End'], ['AGENTS.md', 'Agents File End']] as const) assert.match(project.read(file), new RegExp(`\\n---\\n\\n\\*\\*${end}\\*\\*\\n<!-- muster:end`))
  })

  it('take a slip over from a file of older decisions too, by its number and without, and from the version kept beside it', async () => {
    const ada = await project.as('Ada', 'person')
    for (let number = 1; number <= 101; number++) await ada.logDecision({ title: `decision ${number}`, context: `reason ${number}.` })
    await writeProject(ada, { make: true })
    const older = `docs/decisions/${new Date().toISOString().slice(0, 4)}.md`
    const slip = (from: string, to: string): void => project.write(older, project.read(older).replace(from, to))
    assert.match(project.read(older), /reason 7\.\n/)
    slip('reason 7.', 'reason seven.')
    assert.deepEqual((await told(ada)).filter((one) => one.includes('decision-')), [`${older} decision-changed`])
    assert.deepEqual(await acceptCorrections(ada), { ok: true, accepted: ['D-7'] })
    await writeProject(ada, { make: false })
    slip('reason 8.', 'reason eight.')
    assert.deepEqual(await acceptCorrections(ada, 'D-8'), { ok: true, accepted: ['D-8'] })
    await writeAll(ada)
    slip('reason 9.', 'reason nine.')
    await ada.correctDecision('D-3', { context: 'reason three.' })
    // The writer was quicker.
    const { problems } = await writeAll(ada)
    assert.deepEqual(problems.map(({ file }) => file), [older])
    assert.match(project.read(older), /reason 9\.\n[^]*reason eight\.\n[^]*reason seven\.\n[^]*reason three\.\n/)
    const [{ id, file } = { id: '', file: '' }, ...others] = (await keptFor(ada)).filter((one) => one.id === 'D-9')
    assert.deepEqual([id, file.startsWith(`${older}.yours-`), others], ['D-9', true, []])
    assert.deepEqual(await acceptCorrections(ada, 'D-9'), { ok: true, accepted: ['D-9'] })
    assert.equal((await ada.listDecisions()).find((one) => one.id === 'D-9')?.context, 'reason nine.')
  })

  it('are not written through a link', async () => {
    if (process.platform === 'win32') return
    const elsewhere = project.sandbox.put('outside.md', 'theirs')
    symlinkSync(elsewhere, join(project.root, 'STATUS.md'))
    const ada = await project.as('Ada', 'person')
    const [status] = await writeProject(ada, { make: true })
    assert.deepEqual([status?.how, status?.hint], ['refused', 'STATUS.md is no file of its own. Put a file in its place.'])
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
    assert.deepEqual([briefing.next?.id, briefing.findings, briefing.missing.map(({ file }) => file)], ['T-2', 1, ['STATUS.md']])
    assert.equal((await lead.startTask(briefing.next!.id)).ok, true)
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
    assert.deepEqual([briefing.next?.id, briefing.approvals.map(({ title }) => title), briefing.smokeTest], ['T-2', ['Cancel by flag'], undefined])
    assert.match(project.read('STATUS.md'), /T-2 Cancel orders \(Conductor-2, started\)/)
    assert.match(project.read('DECISIONS.md'), /## \d{4}-\d\d-\d\d: Cancel by flag[^]*\*\*Status:\*\* Proposed[^]*Use PostgreSQL/)
  })

  it('scenario 3, a gap of days: a week later only what is recent is told as new, and a failing smoke test is said', async () => {
    const lead = await project.as('Conductor-2', 'agent', 'lead')
    const days = 24 * 60 * 60_000
    const briefing = await resumeAsLead(lead, { now: now() + 6 * days, smokeTest: 'echo broken >&2; exit 3' })
    assert.deepEqual([briefing.decisions.map(({ id }) => id), briefing.smokeTest?.passed, briefing.smokeTest?.code, briefing.smokeTest?.tail], [['D-1'], false, 3, ['broken']])
    assert.deepEqual((await resumeAsLead(lead, { now: now() + 8 * days })).decisions, [])
    assert.equal(briefing.next?.title, 'Cancel orders', 'the other P0 is somebody\'s')
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
