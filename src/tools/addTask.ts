import { taskInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

const fields = taskInput.shape

export const addTaskTool = defineTool({
  name: 'add_task',
  title: 'Add a task',
  description:
    'Write down work to be done, so that somebody takes it up and no two do the same. Break large work into tasks that can be done at once; ' +
    'name what has to be done before in dependsOn. Not for asking a certain agent something: send a message.',
  input: taskInput.extend({
    title: fields.title.describe('What is to be done, in one line'),
    resources: fields.resources.describe('Files or folders it will change, as they are locked'),
    priority: fields.priority.describe('P0 critical, P1 important, P2 nice to have'),
    assignee: fields.assignee.describe('Agent it is meant for; leave out for whoever is free'),
    dependsOn: fields.dependsOn.describe('Ids of tasks that have to be over before'),
    acceptance: fields.acceptance.describe('What must be true for it to count as done'),
  }),
  run: (muster, task, { key }) => muster.addTask(task, key),
})
