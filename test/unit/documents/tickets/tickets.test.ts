import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Muster } from '../../../../src/core/muster.js'
import { openMuster } from '../../../../src/core/open.js'
import { writeAll } from '../../../../src/documents/documents.js'
import { writeProject } from '../../../../src/documents/project/files.js'
import { resumeAsLead } from '../../../../src/documents/project/resume.js'
import { saveOutput, writeTemplates } from '../../../../src/documents/tickets/tickets.js'
import { Sandbox } from '../../system/sandbox.js'

describe('tickets and outputs of workers', () => {
  let sandbox: Sandbox
  let root: string
  let lead: Muster
  beforeEach(async () => {
    sandbox = new Sandbox()
    root = sandbox.repository()
    lead = await openMuster({ folder: join(root, '.muster'), root, agent: 'Conductor', role: 'lead', watch: false })
    await lead.addTask({ title: 'Store orders', priority: 'P0', resources: ['src/orders/'], acceptance: ['orders survive a restart'] })
  })
  afterEach(async () => {
    await lead.close()
    sandbox.dispose()
  })

  const read = (file: string): string => readFileSync(join(root, file), 'utf8')
  const make = async (worker: string, more: Omit<Parameters<Muster['makeTicket']>[0], 'worker'> = {}) => lead.makeTicket({ worker, ...more })

  it('are files that git leaves alone, made from the worker\'s template, and made again with the same bytes', async () => {
    await writeTemplates(root, ['codex-1'])
    writeFileSync(join(root, 'docs/worker-ticket-templates/codex-1.md'), '# {{worker}}: {{title}}\n\n{{brief}}\n\n{{scope}}\n')
    assert.deepEqual(await writeTemplates(root, ['codex-1', 'claude-1']), ['docs/worker-ticket-templates/claude-1.md'])
    const made = await make('Codex-Worker-1', { task: 'T-1', brief: 'Only the store' })
    assert.deepEqual([made.ok && made.file, made.ok && made.how, made.ok && made.template], ['.taskers/tickets/Codex-Worker-1.md', 'made', 'docs/worker-ticket-templates/codex-1.md'])
    const first = read('.taskers/tickets/Codex-Worker-1.md')
    assert.match(first, /^# Codex-Worker-1: Store orders\n\nOnly the store\n\n- src\/orders\/\n/)
    assert.equal(execFileSync('git', ['status', '--porcelain', '--untracked-files=all', '--', '.taskers'], { cwd: root, encoding: 'utf8' }), '')
    assert.deepEqual([(await make('Codex-Worker-1')).ok && 'ok', read('.taskers/tickets/Codex-Worker-1.md')], ['ok', first])
    rmSync(join(root, '.taskers'), { recursive: true })
    assert.deepEqual((await lead.listTickets()).map(({ worker, task, found }) => [worker, task, found]), [['codex-worker-1', 'T-1', false]])
    await make('Codex-Worker-1')
    assert.equal(read('.taskers/tickets/Codex-Worker-1.md'), first)
  })

  it('are written anew when the task gets another scope, from the template they were made from, and for no scope of another worker', async () => {
    await writeTemplates(root, ['short'])
    writeFileSync(join(root, 'docs/worker-ticket-templates/short.md'), '# {{worker}}\n\n{{scope}}\n')
    await lead.addTask({ title: 'Pages', resources: ['docs/'] })
    await make('one', { task: 'T-1', template: 'short' })
    await make('two', { task: 'T-2' })
    const [one, two] = [read('.taskers/tickets/one.md'), read('.taskers/tickets/two.md')]
    const refused = await lead.changeTask('T-1', { resources: ['src/orders/', 'docs/x.md'] })
    assert.deepEqual([!refused.ok && refused.reason, !refused.ok && refused.heldBy], ['SCOPE_TAKEN', 'two'])
    assert.deepEqual([(await lead.listTasks())[0]!.resources, read('.taskers/tickets/one.md')], [['src/orders/'], one])
    assert.ok((await lead.changeTask('t-1', { resources: ['src/orders/', 'src/bills/'] })).ok)
    assert.match(read('.taskers/tickets/one.md'), /^# one\n\n- src\/orders\/\n- src\/bills\/\n\n<!-- /)
    assert.equal(read('.taskers/tickets/two.md'), two)
    // One after the other is no overlap; and who has no ticket has no scope to keep to.
    assert.ok((await lead.changeTask('T-1', { resources: ['docs/x.md'], dependsOn: ['t-2'] })).ok)
    await lead.addTask({ title: 'Words', assignee: 'three' })
    assert.ok((await lead.changeTask('T-3', { resources: ['docs/words.md'] })).ok)
    assert.deepEqual(readdirSync(join(root, '.taskers/tickets')).sort(), ['one.md', 'two.md'])
  })

  it('keep beside them what somebody wrote into one', async () => {
    await make('one', { task: 'T-1' })
    const file = '.taskers/tickets/one.md'
    writeFileSync(join(root, file), `${read(file)}\nMind the cache.\n`)
    const again = await make('one', { brief: 'New' })
    assert.ok(again.ok && again.kept !== undefined)
    assert.match(read(again.kept), /Mind the cache\.\n$/)
    assert.doesNotMatch(read(file), /Mind the cache/)
  })

  it('are not written through a link, and not for a template that is not there', async () => {
    const missing = await make('one', { task: 'T-1', template: 'nope' })
    assert.equal(!missing.ok && missing.reason, 'NOT_FOUND')
    await assert.rejects(() => make('one', { template: '../../etc/passwd' }), { code: 'INVALID_INPUT' })
    if (process.platform === 'win32') return
    const elsewhere = join(root, 'elsewhere')
    mkdirSync(elsewhere)
    symlinkSync(elsewhere, join(root, '.taskers'))
    await assert.rejects(() => make('one', { task: 'T-1' }), { code: 'FOLDER_UNUSABLE' })
    assert.equal(existsSync(join(elsewhere, 'tickets')), false)
  })

  it('go with the task: its former worker has none any more, and what somebody wrote into it stays beside', async () => {
    await make('one', { task: 'T-1' })
    const file = '.taskers/tickets/one.md'
    const refused = await make('two', { task: 'T-1', scopes: ['src/u/'] })
    assert.deepEqual([!refused.ok && refused.reason, !refused.ok && refused.heldBy, existsSync(join(root, file))], ['ASSIGNED', 'one', true])
    writeFileSync(join(root, file), `${read(file)}\nMind the cache.\n`)
    assert.ok((await make('two', { task: 'T-1', scopes: ['src/u/'], takeOver: true })).ok)
    const left = readdirSync(join(root, '.taskers/tickets')).sort()
    assert.deepEqual([left.length, left[0]!.startsWith('one.md.yours-'), left[1]], [2, true, 'two.md'])
    assert.match(read(`.taskers/tickets/${left[0]}`), /Mind the cache\.\n$/)
  })

  it('say what their task says by now, and go when it is given to another, or cancelled', async () => {
    await lead.addTask({ title: 'API', resources: ['src/api/'] })
    await make('one', { task: 'T-1' })
    await make('two', { task: 'T-2' })
    assert.ok((await lead.changeTask('T-1', { title: 'Store every order' })).ok)
    assert.match(read('.taskers/tickets/one.md'), /^\*\*Task:\*\* T-1 Store every order$/m)
    assert.ok((await lead.changeTask('T-1', { assignee: 'three' })).ok)
    assert.deepEqual(readdirSync(join(root, '.taskers/tickets')), ['two.md'])
    writeFileSync(join(root, '.taskers/tickets/two.md'), `${read('.taskers/tickets/two.md')}\nMine.\n`)
    assert.ok((await lead.changeTask('T-2', { status: 'cancelled' })).ok)
    const [kept, ...others] = readdirSync(join(root, '.taskers/tickets'))
    assert.deepEqual([kept?.startsWith('two.md.yours-'), others], [true, []])
  })

  it('stay where another task of their worker is taken over, and where the new one cannot be written', async () => {
    await lead.addTask({ title: 'API', priority: 'P1', resources: ['src/api/'], assignee: 'one' })
    await make('one', { task: 'T-1' })
    const file = join(root, '.taskers/tickets/one.md')
    assert.ok((await make('two', { task: 'T-2', takeOver: true })).ok)
    assert.equal(existsSync(file), true)
    const missing = await make('two', { task: 'T-1', takeOver: true, template: 'nope' })
    assert.deepEqual([!missing.ok && missing.reason, existsSync(file)], ['NOT_FOUND', true])
    const task = (await lead.listTasks()).find(({ id }) => id === 'T-1')!
    assert.equal(task.assignee, 'one', 'nothing has changed hands')
  })

  it('have outputs below runs, one run for workers that work at the same time', async () => {
    const [one, two] = [{ id: 'one', name: 'One' }, { id: 'two', name: 'two' }]
    const at = new Date(2026, 1, 16, 14, 28, 34).getTime()
    assert.equal(await saveOutput(root, one, Buffer.from('1'), at), '.taskers/runs/20260216_142834/One.txt')
    assert.equal(await saveOutput(root, two, Buffer.from('2'), at + 60_000), '.taskers/runs/20260216_142834/two.txt')
    assert.equal(await saveOutput(root, one, Buffer.from('again'), at + 61_000), '.taskers/runs/20260216_142935/One.txt')
    assert.equal(await saveOutput(root, one, Buffer.from('and again'), at + 61_000), '.taskers/runs/20260216_142935_2/One.txt')
    assert.equal(await saveOutput(root, two, Buffer.from('later'), at + 48 * 3_600_000), '.taskers/runs/20260218_142834/two.txt')
    assert.equal(read('.taskers/runs/20260216_142834/One.txt'), '1')
  })

  it('integrated, move their worker from the active ones to the recent completions of STATUS.md', async () => {
    await make('Codex-Worker-1', { task: 'T-1' })
    await writeProject(lead, { make: true })
    assert.match(read('STATUS.md'), /\*\*Active Workers:\*\*\n- Codex-Worker-1: T-1 Store orders \(Scope: src\/orders\/\)\n/)
    assert.equal((await lead.saveOutput({ worker: 'codex-worker-1' })).ok, false)
    const saved = await lead.saveOutput({ worker: 'codex-worker-1', text: 'done\n' })
    assert.ok(saved.ok)
    assert.deepEqual((await resumeAsLead(lead, { now: Date.now() })).runs, [saved.file])
    const result = await lead.integrateWorker({ worker: 'Codex-Worker-1', verdict: 'accepted', note: 'merged' })
    assert.ok(result.ok)
    await writeProject(lead, { make: true })
    const status = read('STATUS.md')
    assert.match(status, /\*\*Active Workers:\*\*\n- none yet\n/)
    assert.match(status, /\*\*Recent Completions:\*\*\n- Codex-Worker-1: Store orders \(COMPLETE, integrated \d{4}-\d\d-\d\d: merged\)\n/)
    assert.equal(existsSync(join(root, '.taskers/tickets/Codex-Worker-1.md')), false, 'it has nothing more to do with it')
    const again = await lead.integrateWorker({ worker: 'Codex-Worker-1', verdict: 'rejected', note: 'no tests' })
    assert.equal(!again.ok && again.reason, 'DECIDED')
    assert.ok((await lead.integrateWorker({ worker: 'Codex-Worker-1', verdict: 'rejected', note: 'no (unit) tests', replace: true })).ok)
    await writeProject(lead, { make: true })
    assert.match(read('STATUS.md'), /\*\*Recent Completions:\*\*\n- Codex-Worker-1: Store orders \(REJECTED \d{4}-\d\d-\d\d: no \[unit\] tests\)\n\n/)
    assert.deepEqual((await lead.listDeliverables())[0]?.files.map(({ path }) => path), [saved.file])
  })

  it('decided anew, leave alone the ticket for the task that their worker has by now', async () => {
    await lead.addTask({ title: 'API', priority: 'P1', resources: ['src/api/'] })
    await make('one', { task: 'T-1' })
    await lead.saveOutput({ worker: 'one', text: 'done\n' })
    assert.ok((await lead.integrateWorker({ worker: 'one', verdict: 'rejected' })).ok)
    await make('one', { task: 'T-2' })
    assert.ok((await lead.integrateWorker({ worker: 'one', verdict: 'accepted', replace: true })).ok)
    assert.deepEqual((await lead.listTickets()).map(({ worker, task, found }) => [worker, task, found]), [['one', 'T-2', true]])
  })

  it('of workers that Muster started are there when these have ended, once', async () => {
    await make('one', { task: 'T-1' })
    const fields = { by: 'conductor', background: true, scopes: [], readOnly: false, restart: 'never' as const, maxRestarts: 0, graceSeconds: 1, pool: { kind: 'codex', size: 5, total: 15 } }
    const made = await lead.keeping.make({ name: 'one', identity: { parent: 'conductor' }, fields })
    assert.ok(made.ok)
    mkdirSync(join(root, '.muster/agents/one'), { recursive: true })
    writeFileSync(join(root, '.muster/agents/one/log.1.txt'), 'older\n')
    writeFileSync(join(root, '.muster/agents/one/log.txt'), 'newer\n')
    const own = { agent: 'one', number: made.number, keeper: lead.keeping.here }
    await lead.keeping.attend(own)
    await writeAll(lead)
    assert.equal(existsSync(join(root, '.taskers/runs')), false, 'it is at work')
    await lead.keeping.report({ ...own, changes: { phase: 'ended', exit: { code: 0, signal: null, known: true, tail: [] } }, ending: 'done' })
    for (let n = 0; n < 2; n++) await writeAll(lead)
    const [ticket] = await lead.listTickets()
    assert.equal(read(ticket!.output!), 'older\nnewer\n')
    const { runs } = await resumeAsLead(lead, { now: Date.now() })
    assert.deepEqual(runs, [ticket!.output])
  })
})
