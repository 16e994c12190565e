import { runNameInput, runsInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

export const validateRunTool = defineTool({
  name: 'validate_run',
  title: 'Check the results of a run',
  description: 'Whether a run is completed, its summary says something, its metrics can be read, and each step of the checklist in its README is ticked off. Do so before its results are used. Not for runs at work.',
  input: runsInput.extend({ run: runNameInput.describe('Its name or folder'), runs: runsInput.shape.runs.describe('Folder the runs are in') }),
  readOnly: true,
  run: (muster, { run, ...options }) => muster.validateRun(run, options),
})
