import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import { cli } from './musterProcess.js'
import { Repository } from './repository.js'

describe('muster: tasks, errors and reports', function () {
  this.timeout(600_000)
  let repo: Repository

  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())

  it('changes a shared document by a command or by standard input, and loses no version', async () => {
    const text = (name = 'STATE.md'): string => readFileSync(join(repo.root, name), 'utf8')
    const edit = (...command: string[]): ReturnType<Repository['muster']> => repo.muster('edit-safe', 'STATE.md', '--json', '--agent', 'alpha', '--', ...command)
    writeFileSync(join(repo.root, 'STATE.md'), 'running\n')
    assert.deepEqual((await edit('sed', '-i', 's/running/done/')).json, { ok: true, file: 'STATE.md', changed: true })
    assert.equal((await edit('true')).json['changed'], false)
    assert.equal((await edit('false')).exit, 2)
    assert.equal((await edit('no-such-program')).exit, 2)
    assert.equal(text(), 'done\n')
    // The command on the copy takes its time: somebody else, who knows nothing of Muster, writes meanwhile.
    const late = await edit('sh', '-c', `echo theirs > ${repo.root}/STATE.md; echo mine > "$1"`, 'sh')
    assert.deepEqual([late.exit, late.json['reason'], late.json['backup'], text(), text('STATE.md.alpha.backup')], [1, 'CONFLICT', 'STATE.md.alpha.backup', 'theirs\n', 'mine\n'])
    const outdated = execFileSync(process.execPath, [cli, 'edit-safe', 'STATE.md', '--agent', 'alpha'], { cwd: repo.root, env: cleanEnvironment(), input: 'from input\n', encoding: 'utf8' })
    assert.deepEqual([outdated.trim(), text()], ['STATE.md is written.', 'from input\n'])
  })

  it('plans work and does it in order', async () => {
    const first = await repo.json('task', 'add', '--title', 'Login', '--resource', 'src/a.ts', '--priority', 'P0', '--acceptance', 'tests pass', '--agent', 'alpha')
    assert.deepEqual([first.json['id'], first.json['status']], ['T-1', 'open'])
    await repo.json('task', 'add', '--title', 'Logout', '--depends-on', 'T-1', '--assignee', 'Beta', '--agent', 'alpha')
    assert.equal((await repo.json('task', 'add', '--title', 'x', '--depends-on', 'T-9', '--agent', 'alpha')).json['reason'], 'NOT_FOUND')
    assert.equal(((await repo.json('task', 'next', '--agent', 'beta')).json['task'] as { id: string }).id, 'T-1')
    assert.equal((await repo.json('task', 'start', 'T-1', '--agent', 'alpha')).exit, 0)
    assert.deepEqual([(await repo.json('task', 'start', '1', '--agent', 'beta')).json['reason'], (await repo.json('task', 'start', 'T-2', '--agent', 'beta')).json['reason']], ['STARTED', 'BLOCKED'])
    assert.equal((await repo.json('task', 'next', '--agent', 'beta')).json['reason'], 'NONE')
    assert.equal((await repo.json('task', 'change', 'T-1', '--depends-on', 'T-2', '--agent', 'alpha')).json['reason'], 'CYCLE')
    assert.equal((await repo.json('task', 'done', 'T-1', '--note', 'works', '--agent', 'alpha')).json['status'], 'done')
    assert.equal((await repo.json('task', 'done', 'T-1', '--agent', 'alpha')).json['reason'], 'WRONG_STATUS')
    const mine = (await repo.json('startup', '--agent', 'beta')).json['tasks'] as { id: string; resources: string[] }[]
    assert.deepEqual(mine.map(({ id }) => id), ['T-2'])
    assert.match((await repo.muster('task', 'list')).out, /T-1 .*done .*Login/)
    assert.equal((await repo.json('task', 'change', 'T-2', '--status', 'cancelled', '--note', 'no need', '--agent', 'alpha')).json['status'], 'cancelled')
    assert.deepEqual((await repo.json('task', 'list', '--status', 'open')).json['tasks'], [])
  })

  it('ticks off a checklist, which its sender sees', async () => {
    await repo.json('send', '--to', 'beta', '--subject', 'Release', '--check', 'tag', '--check', 'tell', '--agent', 'alpha')
    assert.deepEqual((await repo.json('tick', 'm1', '2', '--agent', 'beta')).json, { ok: true, id: 'm1', ticked: [2], steps: 2 })
    assert.match((await repo.muster('inbox', '--agent', 'alpha')).out, /\[ \] 1\. tag\n +\[x\] 2\. tell \(beta\)\n +1 of 2 done/)
    assert.equal((await repo.muster('tick', 'm1', '2', '--undo', '--agent', 'alpha')).out.trim(), '0 of 2 done in m1.')
    assert.equal((await repo.json('tick', 'm1', '3', '--agent', 'beta')).json['reason'], 'NO_STEP')
    assert.deepEqual([(await repo.muster('tick', 'm1', 'x', '--agent', 'beta')).exit, (await repo.json('tick', 'm1', '1', '--agent', 'gamma')).json['reason']], [2, 'NOT_FOUND'])
  })

  it('counts errors and resolves them', async () => {
    const log = () => repo.json('error', 'log', '--message', 'API answers 500', '--kind', 'code_error', '--severity', 'high', '--resource', 'src/a.ts', '--agent', 'alpha')
    await log()
    assert.deepEqual((await log()).json, { ok: true, id: 'E-1', number: 1, count: 2 })
    const listed = async (...args: string[]): Promise<unknown[]> => (await repo.json('error', 'list', ...args)).json['errors'] as unknown[]
    assert.deepEqual([(await listed('--of', 'alpha', '--severity', 'high')).length, (await listed('--of', 'beta')).length, (await listed('--agent', 'beta')).length], [1, 0, 1])
    assert.match((await repo.muster('error', 'list')).out, /E-1 .*API answers 500/)
    assert.equal((await repo.json('error', 'resolve', 'E-1', '--resolution', 'null check', '--agent', 'beta')).exit, 0)
    assert.equal((await repo.json('error', 'resolve', 'E-1', '--agent', 'beta')).json['reason'], 'WRONG_STATUS')
    assert.deepEqual([(await listed('--status', 'open')).length, (await listed('--status', 'resolved')).length], [0, 1])
  })

  it('reports, delivers and hands on', async () => {
    await repo.json('startup', '--agent', 'beta')
    const claimed = await repo.json('claim', 'src/a.ts', '--agent', 'alpha')
    await repo.json('task', 'add', '--title', 'Login', '--assignee', 'alpha', '--agent', 'alpha')
    assert.equal((await repo.muster('checkpoint', '--agent', 'alpha')).exit, 2)
    await repo.json('checkpoint', '--done', 'login', '--done', 'tests', '--next', 'logout', '--file', 'src/a.ts', '--agent', 'alpha')
    await repo.json('work-log', 'login done', '--agent', 'alpha')
    await repo.json('deliver', '--title', 'Login', '--file', 'src/a.ts - the routes', '--ready', '--agent', 'alpha')
    const [delivered] = (await repo.json('deliver', '--list')).json['deliverables'] as { id: string; files: object[] }[]
    assert.deepEqual(delivered?.files, [{ path: 'src/a.ts', purpose: 'the routes', size: 0 }])
    assert.equal((await repo.json('deliver', '--integrate', 'V-1', '--verdict', 'accepted', '--agent', 'alpha')).json['reason'], 'OWN_DELIVERABLE')
    assert.equal((await repo.json('deliver', '--integrate', 'V-1', '--verdict', 'accepted', '--agent', 'beta')).exit, 0)
    assert.equal((await repo.json('summary', '--number', '4', '--completed', 'login', '--metrics', 'tests: 3', '--agent', 'alpha')).json['number'], 4)

    const own = (await repo.json('startup', '--agent', 'alpha')).json
    assert.deepEqual([(own['checkpoint'] as { done: string }).done, (own['tasks'] as unknown[]).length], ['login\ntests', 1])
    const handed = await repo.json('handoff', '--to', 'beta', '--message', 'go on', '--agent', 'alpha')
    assert.deepEqual([(handed.json['claims'] as { resource: string }[]).map(({ resource }) => resource), handed.json['tasks'], handed.json['checkpoint']], [['src/a.ts'], ['T-1'], true])
    const old = await repo.json('check-in', 'src/a.ts', '--token', String(claimed.json['token']), '--agent', 'alpha')
    assert.deepEqual([old.exit, old.json['reason'], old.json['heldBy']], [1, 'TAKEN_OVER', 'beta'])
    const receiver = await repo.muster('startup', '--agent', 'beta')
    assert.match(receiver.out, /src\/a\.ts +beta \(you\)/)
    assert.match(receiver.out, /Your tasks\n.*\nT-1/)
    assert.match(receiver.out, /handed on by alpha\n {2}Done:\n {4}login\n {4}tests\n/)
    assert.equal((await repo.json('handoff', '--to', 'beta', '--agent', 'alpha')).json['reason'], 'NOTHING')
    assert.equal((await repo.json('handoff', '--to', 'nobody', '--agent', 'beta')).json['reason'], 'NOT_FOUND')
  })

  it('carries decisions to their end', async () => {
    for (const title of ['Cookies', 'Tokens']) await repo.json('decision', 'propose', '--title', title, '--agent', 'alpha')
    assert.equal((await repo.json('decision', 'implement', 'D-1', '--agent', 'alpha')).json['reason'], 'WRONG_STATUS')
    await repo.json('decision', 'approve', 'D-1')
    assert.equal((await repo.muster('decision', 'implement', 'D-1', '--commit', 'HEAD', '--agent', 'alpha')).exit, 2)
    assert.equal((await repo.json('decision', 'implement', 'D-1', '--commit', 'A1B2C3D', '--resource', 'src/a.ts', '--agent', 'alpha')).json['status'], 'implemented')
    const [cookies] = (await repo.json('decision', 'list')).json['decisions'] as { implemented: { commits: string[]; resources: string[] } }[]
    assert.deepEqual([cookies?.implemented.commits, cookies?.implemented.resources], [['a1b2c3d'], ['src/a.ts']])
    assert.equal((await repo.json('decision', 'supersede', 'D-1', '--by', 'D-2', '--agent', 'alpha')).json['reason'], 'PERSON_ONLY')
    assert.equal((await repo.json('decision', 'supersede', 'D-1', '--by', 'D-2')).json['status'], 'superseded')
  })
})
