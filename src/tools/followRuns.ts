import { followRunsInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

export const followRunsTool = defineTool({
  name: 'follow_runs',
  title: 'Take in the runs of other programs',
  description:
    'Where programs that know nothing of Muster run jobs in experiments/: list runs, lock the folders of theirs, in the names of their agents, let go of what is over, and bring REGISTRY.md up to date. ' +
    'Not for looking only: list the runs.',
  input: followRunsInput.extend({
    runs: followRunsInput.shape.runs.describe('Folder the runs are in'),
    create: followRunsInput.shape.create.describe('Make REGISTRY.md where there is none'),
  }),
  repeatable: true,
  run: (muster, options) => muster.followRuns(options),
})
