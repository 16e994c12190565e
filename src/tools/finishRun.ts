import { finishRunInput, runNameInput } from '../core/model/runs.js'
import { metricsInput, metricsOf } from './input.js'
import { defineTool } from './tool.js'

const fields = finishRunInput.shape

export const finishRunTool = defineTool({
  name: 'finish_run',
  title: 'End a run as completed',
  description: 'Call it when your run is done: say that it came to its end: writes its summary and metrics, then .DONE, lets go of its folder, and brings the registry up to date. Not for one that went wrong: fail it.',
  input: finishRunInput.omit({ metrics: true }).extend({
    run: runNameInput.describe('Its name or folder'),
    runs: fields.runs.describe('Folder the runs are in'),
    summary: fields.summary.describe('Text of results/summary.md, Markdown'),
    metrics: metricsInput.optional().describe('name=value, for results/metrics.json'),
  }),
  run: (muster, { run, metrics, ...results }) => muster.finishRun(run, { ...results, ...(metrics && { metrics: metricsOf(metrics) }) }),
})
