import { outputInput } from '../core/model/tickets.js'
import { defineTool } from './tool.js'

export const saveOutputTool = defineTool({
  name: 'save_output',
  title: 'Save what a worker wrote',
  description:
    'Save the output of a worker as a file below .taskers/runs, for whoever integrates it. Of workers that Muster started this happens by itself ' +
    'when they end. Not for what others are to take over from you: deliver it.',
  input: outputInput.extend({
    worker: outputInput.shape.worker.describe('Name or id'),
    text: outputInput.shape.text.describe('What it wrote; leave out for the log of a worker that Muster started'),
  }),
  run: (muster, output) => muster.saveOutput(output),
})
