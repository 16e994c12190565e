import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { UsageError } from '../usageError.js'
import { advanceText, planResultText, planText, testsText } from '../views/plan.js'

export const planCommands = [
  command({
    name: 'plan show',
    summary: 'Show phases, milestones, checklists, the current deliverable and tests',
    options: {},
    access: 'look',
    examples: ['muster plan show'],
    async run({ muster }) {
      const { getPlanTool } = await import('../../tools/getPlan.js')
      const result = await callTool(getPlanTool, muster, {})
      return outcome(result, (ui) => planText(result.plan, ui))
    },
  }),
  command({
    name: 'plan change',
    summary: 'Add to the plan, or change what is in it',
    details: 'Phases, milestones and checklists are known by their names. --acceptance, --item, --task, --of and --reached belong to the one that is named.',
    options: {
      project: { type: 'text', value: 'T', help: 'What the project is called' },
      phase: { type: 'text', value: 'NAME', help: 'A phase, added at the end or changed' },
      acceptance: { type: 'list', value: 'T', help: 'With --phase: what must be true at its end; replaces what was there' },
      milestone: { type: 'text', value: 'NAME', help: 'A milestone' },
      of: { type: 'text', value: 'PHASE', help: 'With --milestone: the phase whose tasks lead to it' },
      task: { type: 'list', value: 'ID', help: 'With --milestone: a task that leads to it, instead of all of its phase' },
      reached: { type: 'flag', help: 'With --milestone: it is reached' },
      checklist: { type: 'text', value: 'NAME', help: 'A checklist, such as "v1 Done Criteria"' },
      item: { type: 'list', value: 'T', help: 'With --checklist: a step; replaces what was there' },
      deliverable: { type: 'text', value: 'T', help: 'What is being made now; "" for nothing' },
      owner: { type: 'text', value: 'WHO', help: 'With --deliverable: who makes it' },
      upcoming: { type: 'flag', help: 'With --deliverable: it comes next' },
      remove: { type: 'list', value: 'NAME', help: 'A phase that was not begun, a milestone or a checklist to take away' },
    },
    access: 'start',
    examples: ['muster plan change --phase "Foundation" --acceptance "builds in CI"', 'muster plan change --deliverable "Integration tests" --owner Worker-1'],
    async run({ muster }, options) {
      const { project, phase, acceptance, milestone, of, task, reached, checklist, item, deliverable, owner, upcoming, remove } = options
      const belongs = [[phase, acceptance.length > 0, '--acceptance goes with --phase.'], [milestone, of !== undefined || task.length > 0 || reached, '--of, --task and --reached go with --milestone.'], [checklist, item.length > 0, '--item goes with --checklist.'], [deliverable, owner !== undefined || upcoming, '--owner and --upcoming go with --deliverable.']] as const
      for (const [named, has, why] of belongs) if (has && named === undefined) throw new UsageError(why)
      if ([project, phase, milestone, checklist, deliverable].every((one) => one === undefined) && remove.length === 0) throw new UsageError('Say what to change: --phase, --milestone, --checklist, --deliverable, --project or --remove.')
      const { changePlanTool } = await import('../../tools/changePlan.js')
      const result = await callTool(changePlanTool, muster, {
        project,
        phases: phase === undefined ? [] : [{ name: phase, ...(acceptance.length > 0 && { acceptance }) }],
        milestones: milestone === undefined ? [] : [{ name: milestone, ...(of !== undefined && { phase: of }), ...(task.length > 0 && { tasks: task }), ...(reached && { reached }) }],
        checklists: checklist === undefined ? [] : [{ name: checklist, items: item }],
        deliverable,
        owner,
        upcoming,
        remove,
      })
      return outcome(result, (ui) => planResultText(result, ui))
    },
  }),
  command({
    name: 'plan tick',
    summary: 'Tick off a step of a phase or checklist',
    words: { usage: '<phase or checklist> <step…>', min: 2, max: 100 },
    options: { undo: { type: 'flag', help: 'It is not true after all' } },
    access: 'start',
    examples: ['muster plan tick "Foundation" 1 2'],
    async run({ muster }, { undo }, [list = '', ...steps]) {
      const wrong = steps.find((step) => !/^\d{1,4}$/.test(step))
      if (wrong !== undefined) throw new UsageError(`"${wrong}" is no number of a step. muster plan show lists them.`)
      const { changePlanTool } = await import('../../tools/changePlan.js')
      const result = await callTool(changePlanTool, muster, { tick: steps.map((step) => ({ list, step: Number(step), done: !undo })) })
      return outcome(result, (ui) => planResultText(result, ui))
    },
  }),
  command({
    name: 'plan tests',
    summary: 'Say how many tests pass',
    words: { usage: '<passed> <total>', min: 2, max: 2 },
    options: {},
    access: 'start',
    examples: ['muster plan tests 184 184'],
    async run({ muster }, _options, words) {
      const [passed, total] = words.map((word) => (/^\d{1,9}$/.test(word) ? Number(word) : NaN))
      if (passed === undefined || total === undefined || Number.isNaN(passed + total)) throw new UsageError('Two numbers, please: how many tests pass, and how many there are.')
      const { setTestsTool } = await import('../../tools/setTests.js')
      const result = await callTool(setTestsTool, muster, { passed, total })
      return outcome(result, () => testsText(result))
    },
  }),
  command({
    name: 'plan advance',
    summary: 'End the current phase and begin the next; an agent\'s wish waits for a person',
    options: {
      to: { type: 'text', value: 'PHASE', help: 'The phase that follows; default: the next of the plan' },
      note: { type: 'text', value: 'T', help: 'Why now' },
      force: { type: 'flag', help: 'For persons: though steps of the phase are open' },
    },
    access: 'start',
    examples: ['muster plan advance --note "all criteria met"'],
    async run({ muster }, { to, note, force }) {
      const { advancePhaseTool } = await import('../../tools/advancePhase.js')
      const result = await callTool(advancePhaseTool, muster, { to, note, force })
      return outcome(result, () => advanceText(result))
    },
  }),
  command({
    name: 'decision correct',
    summary: 'Put a slip in the texts of a decision right; for persons',
    words: { usage: '<id>', min: 1, max: 1 },
    options: {
      title: { type: 'text', value: 'T', help: 'One line' },
      context: { type: 'text', value: 'T', help: 'What made it necessary' },
      decision: { type: 'text', value: 'T', help: 'What is to be done' },
      alternative: { type: 'list', value: 'T', help: 'What else was considered; replaces all' },
      consequence: { type: 'list', value: 'T', help: 'What follows from it; replaces all' },
    },
    access: 'start',
    examples: ['muster decision correct D-3 --title "Use tabs"'],
    async run({ muster }, { title, context, decision, alternative, consequence }, [id = '']) {
      const { correctDecisionTool } = await import('../../tools/correctDecision.js')
      const result = await callTool(correctDecisionTool, muster, { id, title, context, decision, ...(alternative.length > 0 && { alternatives: alternative }), ...(consequence.length > 0 && { consequences: consequence }) })
      return outcome(result, () => (result.ok ? `Corrected ${result.id}.` : result.hint))
    },
  }),
]
