import { workerIntegration } from '../core/model/tickets.js'
import { defineTool } from './tool.js'

const fields = workerIntegration.shape

export const integrateWorkerTool = defineTool({
  name: 'integrate_worker',
  title: 'Say what became of a worker\'s output',
  description:
    'Accept, reject or partly take over all that a worker delivered, or what it wrote. Accepted, its task is done; otherwise it is open for others again. ' +
    'Use it after you have looked at the output and merged what you take. Not for your own work: somebody else says so.',
  input: workerIntegration.extend({ worker: fields.worker.describe('Name or id'), note: fields.note.describe('The reason, or what is left out'), replace: fields.replace.describe('Change what was decided before') }),
  run: (muster, integration) => muster.integrateWorker(integration),
})
