import assert from 'node:assert/strict'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
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
    const daily = (await repo.json('report', '--daily')).json as { agents: { agent: string; markdown: string }[] }
    assert.deepEqual(daily.agents.map(({ agent }) => agent).sort(), ['alpha', 'gamma'])
    assert.equal((await repo.muster('report', '--daily', '--overview')).exit, 2)
    const page = (await repo.json('report', '--lead', '--smoke-test', 'exit 3')).json as { markdown: string }
    assert.match(page.markdown, /^# Where .* is\n[^]*- Phase: Foundation\n- Now: Build\n[^]*- Smoke test \(exit 3\): failed with code 3 in /)
    assert.ok(page.markdown.split('\n').length < 50)
  })

  it('write tickets, take outputs in, and say what became of them', async () => {
    await repo.json('task', 'add', '--title', 'Store orders', '--resource', 'src/orders/')
    await repo.json('ticket', 'templates', 'codex')
    const made = await repo.muster('ticket', 'make', 'Codex-Worker-1', '--task', 'T-1', '--brief', 'Only the store')
    assert.equal(made.out, '.taskers/tickets/Codex-Worker-1.md is made: T-1 for codex-worker-1.\n')
    await repo.json('task', 'add', '--title', 'Cancel orders', '--resource', 'src/orders/cancel.ts')
    const refused = await repo.json('ticket', 'make', 'Claude-Worker-1', '--task', 'T-2')
    assert.deepEqual([refused.exit, refused.json['reason'], refused.json['heldBy']], [1, 'SCOPE_TAKEN', 'codex-worker-1'])
    rmSync(join(repo.root, '.taskers'), { recursive: true })
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
})
