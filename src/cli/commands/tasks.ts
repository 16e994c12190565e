import { taskPriorities, taskStatuses } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { keyOption } from '../sharedOptions.js'
import { given } from '../given.js'
import { nextTaskText, tasksText, taskText } from '../views/tasks.js'

const idWord = { usage: '<id>', min: 1, max: 1 }

const taskOptions = {
  resource: { type: 'list', value: 'RESOURCE', help: 'A file or folder it will change' },
  priority: { type: 'choice', choices: taskPriorities, help: 'P0 critical, P1 important, P2 nice to have; default P1' },
  assignee: { type: 'text', value: 'A', help: 'Agent it is meant for; default: whoever is free' },
  phase: { type: 'text', value: 'T', help: 'Phase of the project it belongs to' },
  'depends-on': { type: 'list', value: 'ID', help: 'A task that has to be over before' },
  acceptance: { type: 'list', value: 'T', help: 'What must be true for it to count as done' },
} as const

export const taskCommands = [
  command({
    name: 'task add',
    summary: 'Write down work to be done',
    options: { title: { type: 'text', value: 'T', help: 'One line', required: true }, ...taskOptions, key: keyOption },
    access: 'start',
    examples: ['muster task add --title "Login with passkeys" --resource src/auth.ts --priority P0 --assignee alpha', 'muster task add --title "Release notes" --depends-on T-3'],
    async run({ muster }, options) {
      const { addTaskTool } = await import('../../tools/addTask.js')
      const { title, resource, priority, assignee, phase, 'depends-on': dependsOn, acceptance, key } = options
      const result = await callTool(addTaskTool, muster, { title, resources: resource, priority, assignee, phase, dependsOn, acceptance }, { key })
      return outcome(result, () => taskText(result, 'Added'))
    },
  }),
  command({
    name: 'task list',
    summary: 'List tasks, by whom they are done, and what waits for what',
    options: {
      status: { type: 'choice', choices: taskStatuses, help: 'Only those that are so' },
      phase: { type: 'text', value: 'T', help: 'Only those of this phase' },
      mine: { type: 'flag', help: 'Only yours' },
    },
    access: 'look',
    examples: ['muster task list --status open', 'muster task list --mine --json'],
    async run({ muster }, { status, phase, mine }) {
      const { listTasksTool } = await import('../../tools/listTasks.js')
      const result = await callTool(listTasksTool, muster, { status, phase, ...(mine && { mine }) })
      return outcome(result, (ui) => tasksText(result.tasks, ui))
    },
  }),
  command({
    name: 'task next',
    summary: 'Show the most important task that is free for you',
    details: 'Changes nothing; start it before you work on it. Exit code 1 when none is free.',
    options: {},
    access: 'look',
    examples: ['muster task next --agent alpha --json'],
    async run({ muster }) {
      const { nextTaskTool } = await import('../../tools/nextTask.js')
      const result = await callTool(nextTaskTool, muster, {})
      return outcome(result, (ui) => nextTaskText(result, ui))
    },
  }),
  command({
    name: 'task start',
    summary: 'Take a task; one agent only can',
    words: idWord,
    options: {},
    access: 'join',
    examples: ['muster task start T-3 --agent alpha'],
    async run({ muster }, _options, [id = '']) {
      const { startTaskTool } = await import('../../tools/startTask.js')
      const result = await callTool(startTaskTool, muster, { id })
      return outcome(result, () => taskText(result, 'Started'))
    },
  }),
  command({
    name: 'task done',
    summary: 'Complete a task that you started',
    words: idWord,
    options: { note: { type: 'text', value: 'T', help: 'What was done' } },
    access: 'join',
    examples: ['muster task done T-3 --note "passkeys work, old login removed"'],
    async run({ muster }, { note }, [id = '']) {
      const { completeTaskTool } = await import('../../tools/completeTask.js')
      const result = await callTool(completeTaskTool, muster, { id, note })
      return outcome(result, () => taskText(result, 'Completed'))
    },
  }),
  command({
    name: 'task change',
    summary: 'Change what a task says, give it back, or cancel it',
    details: 'What somebody is at work on is theirs, unless a person decides.',
    words: idWord,
    options: {
      title: { type: 'text', value: 'T', help: 'One line' },
      ...taskOptions,
      assignee: { type: 'text', value: 'A', help: 'Agent it is meant for; "" for nobody in particular' },
      priority: { type: 'choice', choices: taskPriorities, help: 'P0 critical, P1 important, P2 nice to have' },
      status: { type: 'choice', choices: ['open', 'cancelled'], help: 'open gives a started one back, cancelled ends it undone' },
      note: { type: 'text', value: 'T', help: 'Why it is cancelled' },
    },
    access: 'join',
    examples: ['muster task change T-3 --status open', 'muster task change T-4 --priority P0 --assignee beta'],
    async run({ muster }, options, [id = '']) {
      const { changeTaskTool } = await import('../../tools/changeTask.js')
      const { title, resource, priority, assignee, phase, 'depends-on': dependsOn, acceptance, status, note } = options
      const result = await callTool(changeTaskTool, muster, {
        id, title, resources: given(resource), priority, assignee, phase, dependsOn: given(dependsOn), acceptance: given(acceptance), status, note,
      })
      return outcome(result, () => taskText(result, 'Changed'))
    },
  }),
]
