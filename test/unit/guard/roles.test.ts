import assert from 'node:assert/strict'
import type { AgentView, ClaimView } from '../../../src/core/model/operations.js'
import { exactNames } from '../../../src/core/names.js'
import { OUTSIDE_RUN, runNote } from '../../../src/core/rules/runs.js'
import { againstRole } from '../../../src/guard/roles.js'
import { claim } from '../vscode/fakes.js'

const RUN = 'experiments/2026-01-01_10-00_sweep'
const run = claim({ resource: `${RUN}/`, kind: 'folder', heldBy: 'me', note: runNote('2026-01-01_10-00_sweep') })

function files(role: AgentView['role'], paths: readonly string[], claims: readonly ClaimView[] = [run], me = 'me'): string[] | undefined {
  const agents = [{ id: 'me', ...(role && { role }) } as AgentView]
  return againstRole({ changes: paths.map((path) => ({ path })), claims, agents, tree: '', me, names: exactNames, isRun: (folder) => folder === RUN })?.files
}

describe('what a role leaves to others, in a commit', () => {
  it('is for an executor with a run what is outside of its folder and locks', () => {
    const own = claim({ resource: 'src/a.ts', heldBy: 'me' })
    assert.deepEqual(files('executor', [`${RUN}/results/summary.md`, 'src/a.ts', 'STATE.md'], [run, own]), ['STATE.md'])
    assert.equal(files('executor', [`${RUN}/logs/progress.txt`]), undefined)
  })

  it('is not made meant by the lock that an edit outside has taken by itself', () => {
    assert.deepEqual(files('executor', ['STATE.md', 'ROADMAP.md'], [run, claim({ resource: 'STATE.md', heldBy: 'me', note: `${OUTSIDE_RUN}: sweep` }), claim({ resource: 'ROADMAP.md', heldBy: 'me', note: 'meant' })]), ['STATE.md'])
  })

  it('is nothing for an executor without a run, and not about others\' runs, trees and names', () => {
    assert.deepEqual([files('executor', ['STATE.md'], []), files('executor', ['STATE.md'], [{ ...run, heldBy: 'other' }])], [undefined, undefined])
    assert.deepEqual(files('executor', ['src/a.ts'], [run, claim({ resource: 'src/a.ts', heldBy: 'me', tree: 'feat' })]), ['src/a.ts'])
  })

  it('is for a guide what is inside of a run that has begun, once a file', () => {
    assert.deepEqual(files('guide', [`${RUN}/results/metrics.json`, `${RUN}/results/metrics.json`, 'experiments/2026-01-02_10-00_planned/README.md', 'docs/plan.md'], []), [`${RUN}/results/metrics.json`])
  })

  it('is nothing for other roles, and for somebody unknown', () => {
    assert.deepEqual([files('worker', ['STATE.md']), files('lead', [`${RUN}/a`]), files(undefined, ['STATE.md']), files('guide', [`${RUN}/a`], [], '')], [undefined, undefined, undefined, undefined])
  })
})
