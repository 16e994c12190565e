import { runNameInput, runProgressInput } from '../core/model/runs.js'
import { metricsInput, metricsOf } from './input.js'
import { defineTool } from './tool.js'

const fields = runProgressInput.shape

export const reportRunTool = defineTool({
  name: 'report_run',
  title: 'Report progress of a run',
  description: 'Write how far your run is; shown to others, who see the time left, and renews the lock on its folder. Call it every few items; with save the metrics so far are kept as well. Not for progress of your work as a whole: check in.',
  input: runProgressInput.omit({ metrics: true }).extend({
    run: runNameInput.describe('Its name or folder'),
    runs: fields.runs.describe('Folder the runs are in'),
    done: fields.done.describe('Items done'),
    total: fields.total.describe('Items there are'),
    percent: fields.percent.describe('Where there are no items'),
    etaMinutes: fields.etaMinutes.describe('Minutes left; reckoned where it is missing'),
    message: fields.message.describe('What it is at'),
    metrics: metricsInput.optional().describe('name=value'),
    save: fields.save.describe('Keep the metrics as intermediate results'),
  }),
  run: (muster, { run, metrics, ...progress }) => muster.reportRun(run, { ...progress, ...(metrics && { metrics: metricsOf(metrics) }) }),
})
