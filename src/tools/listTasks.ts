import { taskFilter, type TaskView } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

export const listTasksTool = defineTool({
  name: 'list_tasks',
  title: 'List tasks',
  description:
    'What is to be done, by whom, and what waits for what. Use it to see the plan. Not to find work for yourself: ask for the next ' +
    'task.',
  input: taskFilter,
  readOnly: true,
  async run(muster, filter): Promise<{ ok: true; tasks: TaskView[] }> {
    return { ok: true, tasks: await muster.listTasks(filter) }
  },
})
