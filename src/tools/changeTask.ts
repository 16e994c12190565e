import { taskChange } from '../core/model/workOperations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

const fields = taskChange.shape

export const changeTaskTool = defineTool({
  name: 'change_task',
  title: 'Change, give back or cancel a task',
  description:
    'Change what a task says or whom it is meant for, give a started task of yours back (status open), or cancel one that will not be done. ' +
    'What somebody is at work on stays theirs, unless a person decides. Use it when the plan changes. Not for finishing a task: complete it.',
  input: taskChange.extend({
    id: idInput.describe('For example T-3'),
    assignee: fields.assignee.describe('Agent it is meant for; empty for nobody in particular'),
    status: fields.status.describe('open gives it back, cancelled ends it undone'),
    note: fields.note.describe('Why it is cancelled'),
  }),
  run: (muster, { id, ...change }) => muster.changeTask(id, change),
})
