import { newRunName, planRunInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

const fields = planRunInput.shape

export const planRunTool = defineTool({
  name: 'plan_run',
  title: 'Plan a run',
  description:
    'Write down what a run is to show before another agent runs it: a folder with a README of hypothesis, parameters, a checklist to validate it by, and the prompt for the executor. ' +
    'Whoever starts a run of that name works in that folder. Not for running it.',
  input: planRunInput.extend({
    name: newRunName.describe('What it is called; the date is put before it'),
    runs: fields.runs.describe('Folder the runs are in'),
    hypothesis: fields.hypothesis.describe('What it is to show'),
    parameters: fields.parameters.describe('name=value'),
    checklist: fields.checklist.describe('What has to hold for the results to count'),
    prompt: fields.prompt.describe('What the executor is to do'),
    template: fields.template.describe('File to fill in instead of the usual README'),
    config: fields.config.describe('Write the parameters to config.yaml too'),
    again: fields.again.describe('Though one of that name is completed'),
  }),
  run: (muster, { name, ...plan }) => muster.planRun(name, plan),
})
