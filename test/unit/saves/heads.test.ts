import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { headsOf } from '../../../src/core/system/heads.js'
import { git, Sandbox } from '../system/sandbox.js'

describe('where working trees stand', () => {
  let sandbox: Sandbox
  beforeEach(() => (sandbox = new Sandbox()))
  afterEach(() => sandbox.dispose())

  it('is what git says, of every tree of the repository: branches, packed ones, none checked out, nothing committed', () => {
    const root = sandbox.repository()
    git(root, 'worktree', 'add', '-q', '-b', 'feat/x', sandbox.path('feat'))
    git(root, 'worktree', 'add', '-q', '--detach', sandbox.path('loose'))
    git(root, 'pack-refs', '--all')
    git(sandbox.path('feat'), 'commit', '-q', '--allow-empty', '-m', 'two')
    const head = (at: string): string => execFileSync('git', ['rev-parse', 'HEAD'], { cwd: at, encoding: 'utf8' }).trim()
    const first = head(root)
    assert.deepEqual(headsOf([sandbox.path('feat')]), [
      { root: sandbox.path('feat'), branch: 'feat/x', head: head(sandbox.path('feat')) },
      { root: sandbox.path('loose'), branch: first.slice(0, 8), head: first },
      { root, branch: 'main', head: first },
    ])
    git(sandbox.base, 'init', '-q', '-b', 'main', 'fresh')
    assert.deepEqual(headsOf([sandbox.path('fresh'), sandbox.path('nothing')]), [{ root: sandbox.path('fresh'), branch: 'main' }])
  })
})
