import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { cleanEnvironment } from '../../../scripts/runCommand.js'
import type { Muster } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import type { SummaryFields } from '../../../src/core/model/report.js'
import { codeBlocks, compileWithLibrary, installLibrary } from '../../unit/tooling/libraryProject.js'
import { run } from '../../../scripts/packaging.js'

/** The program that docs/library.md has, as separate processes: one agent, then two, then three. */
describe('a session by the library', function () {
  this.timeout(900_000)
  const base = realpathSync(mkdtempSync(join(tmpdir(), 'muster-session-')))
  const root = join(base, 'repo')
  let program: string
  let ada: Muster

  before(async () => {
    const [code = ''] = codeBlocks('library.md', 'js')
    await installLibrary(base)
    program = compileWithLibrary(base, 'session', code)
    mkdirSync(root)
    run('git', ['init', '--quiet'], root)
    for (const file of ['modules/battery/intro.md', 'modules/power/intro.md', 'modules/shared/index.md', 'backend/routes.py', 'data/battery', 'data/shared', 'data/backend']) {
      mkdirSync(dirname(join(root, file)), { recursive: true })
      writeFileSync(join(root, file), file.startsWith('data') ? 'cohort that was there\n' : '')
    }
    ada = await openMuster({ root, agent: 'ada', kind: 'person', watch: false })
  })
  after(async () => {
    await ada?.close()
    removeFolder(base)
  })

  const give = (assignee: string, title: string, file: string): Promise<unknown> => ada.addTask({ title, assignee, resources: [file] })
  const linesOf = (file: string): string[] => readFileSync(join(root, file), 'utf8').trim().split('\n').filter(Boolean)

  /** Sessions of agents side by side, each a process; each has to end well. */
  async function sessions(...agents: [name: string, helper?: string][]): Promise<void> {
    const ends = agents.map(async (args) => {
      const child = spawn(process.execPath, [program, ...args.filter((arg) => arg !== undefined)], { cwd: root, env: cleanEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
      assert.deepEqual(await once(child, 'exit'), [0, null], args[0])
    })
    await Promise.all(ends)
    await ada.refresh()
    // Whatever became of the tasks, nobody leaves a lock behind or another one's file changed.
    assert.deepEqual((await ada.listClaims()).filter(({ heldBy }) => heldBy !== 'ada'), [])
  }

  async function summaries(): Promise<(SummaryFields & { agent: string })[]> {
    const found: (SummaryFields & { agent: string })[] = []
    for await (const { event } of ada.log()) if (event.type === 'summary.written') found.push({ agent: event.agent, ...event.fields })
    return found
  }
  async function last(agent: string): Promise<Partial<SummaryFields>> {
    const { agent: _agent, ...fields } = (await summaries()).findLast((one) => one.agent === agent)!
    return fields
  }
  const open = async (): Promise<string[]> => (await ada.listTasks({ status: 'open' })).map(({ title }) => title)

  it('one agent: claims, checks in, releases, and sums up', async () => {
    await give('alpha', 'Battery module', 'modules/battery/intro.md')
    await sessions(['alpha'])
    assert.deepEqual(linesOf('modules/battery/intro.md'), ['Battery module, with cohort that was there'])
    assert.deepEqual(await last('alpha'), { number: 1, completed: 'Battery module', next: '', messages: '', blockers: '', metrics: 'completed: 1' })
    const told: string[] = []
    for await (const { by, text } of ada.log()) if (by === 'alpha') told.push(text)
    assert.deepEqual(told.filter((text) => !/joined|connected|checked in$/.test(text)).map((text) => text.replace('alpha ', '')), [
      'locked modules/battery/intro.md',
      'started T-1',
      'renewed the lock on modules/battery/intro.md at 60 %: Creating assessment questions',
      'checked in at 60 %: Creating assessment questions',
      'completed T-1: Module created',
      'released modules/battery/intro.md: Battery module',
      'wrote daily summary 1',
    ])
  })

  it('two agents: each at its own, and what somebody holds is left alone', async () => {
    assert.ok((await ada.claim('modules/shared/index.md')).ok)
    await give('alpha', 'Power module', 'modules/power/intro.md')
    await give('alpha', 'Index', 'modules/shared/index.md')
    await give('beta', 'Routes', 'backend/routes.py')
    await sessions(['alpha', 'gamma'], ['beta'])
    assert.deepEqual([linesOf('backend/routes.py'), linesOf('modules/shared/index.md'), linesOf('modules/power/intro.md')], [['Routes, with cohort that was there'], [], []])
    assert.deepEqual(await last('beta'), { number: 1, completed: 'Routes', next: '', messages: '', blockers: '', metrics: 'completed: 1' })
    // Data for one of them is missing: gamma, who has not been here yet, is asked.
    assert.deepEqual(await last('alpha'), { number: 2, completed: '', next: 'Power module\nIndex', messages: '', blockers: 'Power module: data/power is missing\nIndex: ada', metrics: 'completed: 0' })
    assert.deepEqual((await ada.listErrors({ agent: 'alpha' })).map(({ kind, message, severity }) => [kind, message, severity]), [['dependency', 'data/power is missing', 'high']])
    assert.deepEqual(await open(), ['Power module', 'Index'])
    await ada.release('modules/shared/index.md')
  })

  it('three agents: help first, then one file that all three want, and no line is lost', async () => {
    await give('beta', 'More for the index', 'modules/shared/index.md')
    await give('gamma', 'Still more for it', 'modules/shared/index.md')
    await sessions(['gamma'])
    assert.deepEqual((await last('gamma')).completed, 'Cohort data for Power module\nStill more for it')
    const team: [string, string?][] = [['alpha', 'gamma'], ['beta', 'gamma'], ['gamma']]
    await give('gamma', 'And more', 'modules/shared/index.md')
    // Whoever finds the file locked leaves it for the next session; in each, one at least has it.
    for (let left = 3; left > 0 && (await open()).length > 0; left--) await sessions(...team)
    assert.deepEqual(await open(), [])
    assert.deepEqual(linesOf('modules/power/intro.md'), ['Power module, with cohort by gamma'])
    assert.deepEqual(linesOf('modules/shared/index.md').map((line) => line.split(',')[0]).sort(), ['And more', 'Index', 'More for the index', 'Still more for it'])
    const alpha = (await summaries()).filter(({ agent }) => agent === 'alpha')
    assert.ok(alpha.some(({ messages, completed }) => messages === 'Closed: Cohort data for Power module' && completed.includes('Power module')), JSON.stringify(alpha))
    assert.deepEqual(alpha.map(({ number }) => number), alpha.map((_one, index) => index + 1))
    assert.deepEqual((await ada.listTasks()).map(({ status }) => status), Array(7).fill('done'))
    assert.deepEqual((await ada.listAgents()).filter(({ kind }) => kind === 'agent').map(({ id, presence }) => [id, presence]).sort(), [['alpha', 'gone'], ['beta', 'gone'], ['gamma', 'gone']])
  })
})
