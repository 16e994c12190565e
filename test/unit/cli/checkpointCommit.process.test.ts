import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { Repository } from './repository.js'

describe('muster checkpoint --commit', function () {
  this.timeout(600_000)
  let repo: Repository
  beforeEach(() => (repo = new Repository()))
  afterEach(() => repo.remove())
  const git = (...args: string[]): string => execFileSync('git', ['-C', repo.root, ...args], { encoding: 'utf8' }).trimEnd()

  it('commits what the agent said so far to a branch of its own', async () => {
    await repo.json('check-in', '--status', 'working', '--progress', '75', '--task', 'Inverse fix', '--agent', 'Agent 1')
    await repo.json('work-log', 'orders() written', '--agent', 'Agent 1')
    await repo.json('deliver', '--title', 'orders', '--file', 'src/a.ts - main part', '--test', 'all green', '--ready', '--agent', 'Agent 1')
    const saved = await repo.json('checkpoint', '--next', 'totals', '--commit', '--agent', 'Agent 1')
    const { branch, changed } = saved.json['committed'] as { branch: string; changed: boolean }
    assert.deepEqual([branch, changed, git('log', '--format=%s', branch)], ['muster/checkpoints/agent-1', true, 'Agent 1 checkpoint: STATUS=IN_PROGRESS'])
    assert.match(git('show', `${branch}:.agent_status`), /^AGENT_ID=Agent 1\nSTATUS=IN_PROGRESS\nCURRENT_TASK=Inverse fix\nCOMPLETION_PCT=75\nLAST_UPDATE=\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d\n/)
    assert.match(git('show', `${branch}:.agent_work_log`), /^\d{4}-\d\d-\d\d_\d\d:\d\d:\d\d: orders\(\) written$/)
    assert.match(git('show', `${branch}:.agent_deliverables`), /FILES_CREATED:\n- src\/a\.ts \(0B\) - main part\n[^]*TESTS_PASSING:\n- all green\n\nINTEGRATION_READY: YES/)
    assert.match((await repo.muster('checkpoint', '--next', 'rounding', '--commit', '--agent', 'Agent 1')).out, /^Saved where you stand; (committed to muster\/checkpoints\/agent-1 \([0-9a-f]{8}\)|muster\/checkpoints\/agent-1 has it already)\.\n$/)
    assert.equal(git('for-each-ref', '--format=%(refname)').split('\n').length, 1, 'one branch, of the agent')
  })

  it('commits nothing without being asked, and saves all the same outside git', async () => {
    assert.equal('committed' in (await repo.json('checkpoint', '--next', 'totals', '--agent', 'alpha')).json, false)
    assert.equal(git('for-each-ref'), '')
    removeFolder(join(repo.root, '.git'))
    const saved = await repo.json('checkpoint', '--next', 'more', '--commit', '--agent', 'alpha')
    assert.equal((saved.json['committed'] as { reason: string }).reason, 'NO_GIT')
    assert.match((await repo.muster('checkpoint', '--next', 'more', '--commit', '--agent', 'alpha')).out, /not committed\. This is no git repository/)
  })
})
