import { runNameInput, runsInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

export const compareRunsTool = defineTool({
  name: 'compare_runs',
  title: 'Compare two runs',
  description: 'Where config.yaml, data source and metrics of two runs differ. Use it when results do not match, before you run anything again. Not for how far they are: list the runs.',
  input: runsInput.extend({ first: runNameInput.describe('Its name or folder'), second: runNameInput.describe('The other one'), runs: runsInput.shape.runs.describe('Folder the runs are in') }),
  readOnly: true,
  run: (muster, { first, second, ...options }) => muster.compareRuns(first, second, options),
})
