import { recoverRunsInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

const fields = recoverRunsInput.shape

export const recoverRunsTool = defineTool({
  name: 'recover_runs',
  title: 'Set aside runs that stopped',
  description:
    'Use it when runs have stopped: mark those that are stale, or whose process is gone, as failed, so that their names and folders are free, and say from which item each can be resumed. ' +
    'Runs that are at work are left alone. Not for seeing them only: list the runs.',
  input: recoverRunsInput.extend({
    runs: fields.runs.describe('Folder the runs are in'),
    run: fields.run.describe('Only this one'),
    dryRun: fields.dryRun.describe('Only say which'),
  }),
  destructive: true,
  run: (muster, options) => muster.recoverRuns(options),
})
