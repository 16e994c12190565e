import { failRunInput, runNameInput } from '../core/model/runs.js'
import { textInput } from './input.js'
import { defineTool } from './tool.js'

export const failRunTool = defineTool({
  name: 'fail_run',
  title: 'End a run as failed',
  description: 'Call it when your run failed, or is stopped: says why: writes .ERROR, lets go of its folder, brings the registry up to date, and logs an error with the end of its log. It can be resumed later. Not for runs of others that stopped: recover them.',
  input: failRunInput.omit({ metrics: true }).extend({
    run: runNameInput.describe('Its name or folder'),
    runs: failRunInput.shape.runs.describe('Folder the runs are in'),
    interrupted: failRunInput.shape.interrupted.describe('It was stopped and will be gone on with: its lock stays'),
    error: textInput.describe('What went wrong'),
  }),
  run: (muster, { run, error, ...options }) => muster.failRun(run, error, options),
})
