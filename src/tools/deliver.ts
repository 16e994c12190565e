import { deliverableInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

const fields = deliverableInput.shape

export const deliverTool = defineTool({
  name: 'deliver',
  title: 'Deliver what you made',
  description:
    'List what you made for others to take over: files, endpoints, passing tests, and whether it is ready to be integrated. ' +
    'Somebody else says what became of it. Use it when a task is done that others build on. Not for work in progress: check in.',
  input: deliverableInput.extend({
    title: fields.title.describe('What it is, in one line'),
    files: fields.files.describe('Paths, or paths with their purpose'),
    endpoints: fields.endpoints.describe('Such as: /orders - list of orders'),
    tests: fields.tests.describe('Tests that pass, and what they show'),
    integrationReady: fields.integrationReady.describe('Whether it can be taken over as it is'),
    task: fields.task.describe('Id of the task it belongs to'),
  }),
  run: (muster, deliverable, { key }) => muster.deliver(deliverable, key),
})
