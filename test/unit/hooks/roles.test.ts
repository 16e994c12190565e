import assert from 'node:assert/strict'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentRole } from '../../../src/core/model/words.js'
import { HookedRepository, markedIn } from './repository.js'

describe('hooks, of executors and guides', () => {
  let repo: HookedRepository
  beforeEach(async () => { repo = await new HookedRepository().turnOn() })
  afterEach(() => repo.remove())

  async function begin(role: AgentRole): Promise<string> {
    await repo.hook('one', 'SessionStart', { source: 'startup' })
    const me = await repo.other('claude-1')
    await me.setAgent({ id: 'claude-1', role })
    const started = await me.startRun('sweep')
    await me.close()
    if (!started.ok) throw new Error(started.hint)
    return started.run.path
  }

  async function written(file: string): Promise<string | undefined> {
    assert.equal(await repo.edit('one', file), undefined, 'nothing is refused')
    return repo.wrote('one', file)
  }

  it('warn an executor with a run when it writes outside of its folder and its locks, once a file', async () => {
    const run = await begin('executor')
    assert.equal(await written(`${run}/results/a.json`), undefined)
    const warning = await written('README.md')
    assert.match(warning ?? '', /you are an executor with a run of your own, and wrote outside of its folder/)
    assert.deepEqual(markedIn(warning ?? '')['files'], ['README.md'])
    assert.equal(await written('README.md'), undefined)
    const me = await repo.other('claude-1')
    await me.claim('src/sweep.ts')
    assert.equal(await written('src/sweep.ts'), undefined, 'it locked that on purpose')
    await me.finishRun('sweep')
    await me.close()
    assert.equal(await written('src/b.ts'), undefined, 'its run is over')
  })

  it('warn a guide when it writes into a run that has begun, not into a plan', async () => {
    const run = await begin('guide')
    const me = await repo.other('claude-1')
    await me.finishRun('sweep')
    const planned = await me.planRun('next')
    await me.close()
    const warning = await written(`${run}/results/summary.md`)
    assert.match(warning ?? '', /you are a guide, and wrote into the folder of a run/)
    assert.deepEqual(markedIn(warning ?? '')['files'], [`${run}/results/summary.md`])
    assert.equal(await written(planned.ok ? planned.readme : ''), undefined)
    assert.equal(await written('docs/findings.md'), undefined)
  })

  it('say nothing to anybody else', async () => {
    const run = await begin('worker')
    mkdirSync(join(repo.root, 'docs'), { recursive: true })
    writeFileSync(join(repo.root, 'docs', 'a.md'), '')
    assert.deepEqual([await written('docs/a.md'), await written(`${run}/code/a.py`)], [undefined, undefined])
  })
})
