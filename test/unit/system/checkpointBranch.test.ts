import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isMusterError } from '../../../src/core/errors.js'
import { branchOfAgent, commitToBranch } from '../../../src/core/system/checkpointBranch.js'
import { Repository } from '../cli/repository.js'

const files = (status = 'IN_PROGRESS') => ({ '.agent_status': `STATUS=${status}\n`, '.agent_work_log': 'a\n', '.agent_deliverables': '' })

describe('commits of checkpoints', () => {
  let repo: Repository
  const git = (...args: string[]): string => execFileSync('git', ['-C', repo.root, ...args], { encoding: 'utf8' }).trimEnd()
  const commit = (status?: string, agent = 'alpha', name = 'Alpha') => commitToBranch(repo.root, { agent, name, files: files(status), message: `${name} checkpoint: STATUS=${status ?? 'IN_PROGRESS'}\n` })
  const branch = 'muster/checkpoints/alpha'

  beforeEach(() => {
    repo = new Repository()
    git('config', 'user.email', 'ada@example.com')
    git('add', '.')
    git('commit', '-qm', 'one')
  })
  afterEach(() => repo.remove())

  /** Everything of the user's that a commit could change, to the byte. */
  const surroundings = (): unknown[] => [readFileSync(join(repo.root, '.git', 'index')).toString('base64'), readFileSync(join(repo.root, '.git', 'HEAD'), 'utf8'), git('rev-parse', 'HEAD'), git('--no-optional-locks', 'status', '--porcelain=v2', '--branch', '--untracked-files=all'), git('stash', 'list'), git('config', '--local', '--list')]

  it('touch neither index, HEAD, files nor what git says of them, with changes of every kind about', async () => {
    writeFileSync(join(repo.root, 'src', 'staged.ts'), 'staged')
    git('add', 'src/staged.ts')
    writeFileSync(join(repo.root, 'src', 'staged.ts'), 'staged and changed')
    writeFileSync(join(repo.root, 'src', 'a.ts'), 'changed')
    writeFileSync(join(repo.root, '.agent_status'), 'of somebody else')
    // What would run, were this a commit as people make them.
    mkdirSync(join(repo.root, '.git', 'hooks'), { recursive: true })
    for (const hook of ['pre-commit', 'post-commit', 'reference-transaction']) writeFileSync(join(repo.root, '.git', 'hooks', hook), `#!/bin/sh\ntouch "${repo.root}/hook-ran"\n`, { mode: 0o755 })
    const before = surroundings()
    assert.equal((await commit())?.changed, true)
    assert.equal((await commit('COMPLETE'))?.changed, true)
    assert.deepEqual(surroundings(), before)
    assert.deepEqual([existsSync(join(repo.root, 'hook-ran')), readFileSync(join(repo.root, '.agent_status'), 'utf8')], [false, 'of somebody else'])
  })

  it('hold exactly the three files, one commit behind the other, with the agent as author', async () => {
    const first = await commit()
    const second = await commit('BLOCKED')
    assert.deepEqual([first?.branch, second?.branch], [branch, branch])
    assert.deepEqual(git('ls-tree', '-r', '--name-only', branch).split('\n'), ['.agent_deliverables', '.agent_status', '.agent_work_log'])
    assert.equal(git('show', `${branch}:.agent_status`), 'STATUS=BLOCKED')
    assert.deepEqual(git('log', '--format=%an|%s', branch).split('\n'), ['Alpha|Alpha checkpoint: STATUS=BLOCKED', 'Alpha|Alpha checkpoint: STATUS=IN_PROGRESS'])
    assert.equal(git('rev-list', '--count', branch), '2')
    git('fsck', '--strict', '--no-dangling')
  })

  it('are none where nothing has changed', async () => {
    const first = await commit()
    assert.deepEqual(await commit(), { ...first, changed: false })
    assert.equal(git('rev-list', '--count', branch), '1')
  })

  it('of several at once all come to stand, none over another', async () => {
    await Promise.all(['A', 'B', 'C', 'D', 'E'].map((status) => commit(status)))
    assert.equal(git('rev-list', '--count', branch), '5')
    assert.deepEqual(git('log', '--format=%s', branch).split('\n').map((line) => line.at(-1)).sort(), ['A', 'B', 'C', 'D', 'E'])
  })

  it('are made from within a hook of another repository\'s git, and with no name configured', async () => {
    git('config', '--unset', 'user.name')
    git('config', '--unset', 'user.email')
    process.env['GIT_DIR'] = '/nowhere'
    process.env['GIT_INDEX_FILE'] = join(repo.root, 'other-index')
    try {
      assert.equal((await commit())?.changed, true)
    } finally {
      delete process.env['GIT_DIR']
      delete process.env['GIT_INDEX_FILE']
    }
    assert.equal(existsSync(join(repo.root, 'other-index')), false)
  })

  it('leave a branch alone that somebody works on, and one that is in the way, and say so', async () => {
    await commit()
    git('worktree', 'add', '-q', join(repo.root, 'there'), branch)
    await assert.rejects(commit('COMPLETE'), (error: unknown) => isMusterError(error) && error.code === 'NOT_APPLIED' && /is checked out in .*there/.test(error.message) && error.hint !== undefined)
    assert.equal(git('rev-list', '--count', branch), '1')
    git('branch', 'muster/checkpoints/beta/more')
    await assert.rejects(commit('COMPLETE', 'beta', 'Beta'), (error: unknown) => isMusterError(error) && error.code === 'NOT_APPLIED')
  })

  it('are possible for every id an agent may have', async () => {
    for (const agent of ['l2.2.1', 'a..b', 'x.lock', 'ä-ö', 'a.b.lock']) {
      assert.equal((await commit('COMPLETE', agent, agent))?.branch, branchOfAgent(agent))
      assert.equal(git('rev-list', '--count', branchOfAgent(agent)), '1')
    }
    assert.equal(new Set(['a..b', 'a.b', 'a%2e.b', 'a_b'].map(branchOfAgent)).size, 3, 'no id has a percent sign')
  })

  it('are none outside git', async () => {
    rmSync(join(repo.root, '.git'), { recursive: true })
    assert.equal(await commit(), undefined)
  })
})
