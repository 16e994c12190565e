import { runFilter } from '../core/model/runs.js'
import { defineTool } from './tool.js'

export const listRunsTool = defineTool({
  name: 'list_runs',
  title: 'List runs',
  description:
    'Long jobs in folders of their own (experiments/): which run, how far they are, when they will be done, which failed, hang, or can be resumed, and what damaged files say. ' +
    'Look here before you start a run or write into its folder. Not for tasks or agents.',
  input: runFilter.extend({
    runs: runFilter.shape.runs.describe('Folder the runs are in'),
    status: runFilter.shape.status.describe('Only those that are so'),
  }),
  readOnly: true,
  run: (muster, filter) => muster.listRuns(filter),
})
