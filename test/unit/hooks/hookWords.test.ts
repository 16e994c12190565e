import assert from 'node:assert/strict'
import { hookWords } from '../../../src/core/hookWords.js'
import { runHook } from '../../../src/hooks/run.js'
import { HookedRepository } from './repository.js'

describe('the command line of a hook', () => {
  it('has its event and options in any order, with or without the verb', () => {
    for (const line of ['hook PreToolUse --client codex --folder /f --agent alpha', '--folder /f hook --agent=alpha --client codex PreToolUse', 'PreToolUse --json --agent alpha --folder=/f --client=codex']) {
      assert.deepEqual(hookWords(line.split(' ')), { event: 'PreToolUse', client: 'codex', folder: '/f', agent: 'alpha' }, line)
    }
  })

  it('says who speaks and where the records are, whatever the input and the environment say', async () => {
    const repo = await new HookedRepository().turnOn()
    try {
      const input = repo.input('s1', 'PreToolUse', { tool_name: 'Edit', tool_input: { file_path: repo.sandbox.path('repo', 'src/a.ts') } })
      const { problem, exit } = await runHook(['--folder', repo.folder, 'PreToolUse', '--agent', 'beta'], JSON.stringify(input), { cwd: '/', env: { MUSTER_PROGRAM: 'none', MUSTER_FOLDER: '/nowhere/.muster' } })
      assert.deepEqual([problem, exit], ['', 0])
      const ada = await repo.other()
      assert.deepEqual((await ada.listClaims()).map(({ heldBy, resource }) => [heldBy, resource]), [['beta', 'src/a.ts']])
      await ada.close()
    } finally {
      repo.sandbox.dispose()
    }
  })

  it('is another command\'s where another word comes first, also one that stands as a value', () => {
    for (const line of ['claim hook', '--folder hook claim a', 'status', '--agent hook', '']) assert.equal(hookWords(line.split(' ').filter((word) => word !== ''), true), undefined, line)
    assert.equal(hookWords(['--folder', 'hook', 'hook', 'Stop'], true)?.event, 'Stop')
    assert.equal(hookWords(['hook', '--help'], true)?.event, '')
  })
})
