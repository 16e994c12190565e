import * as z from 'zod'
import { checkInOptions, resourceInput, textInput } from '../../core/model/operations.js'
import { defineTool } from '../../tools/tool.js'

const options = checkInOptions.shape

export const checkInTool = defineTool({
  name: 'check_in',
  title: 'Say how the work is going',
  description:
    'Say how far you are, what is next, what blocks you; renews your locks. Use at every step worth knowing and at least every 15 minutes. ' +
    'Answers how many messages are unread and who waits for you. Not for talking to others: send_message.',
  input: z.strictObject({
    resource: resourceInput.optional().describe('The lock this is about; leave out for your work as a whole'),
    token: options.token.describe('Of that lock: refused if another took it over since'),
    progress: options.progress.describe('Percent'),
    message: options.message.describe('What happened, one line'),
    status: options.status,
    blocker: options.blocker.describe('What stops you; empty when nothing does any more'),
    waitingFor: options.waitingFor,
    currentTask: options.currentTask,
    nextTask: options.nextTask,
    eta: options.eta.describe('ISO 8601'),
    lastTest: options.lastTest.describe('Last test run that passed'),
    filesModified: options.filesModified,
    done: textInput.optional().describe('Checkpoint for whoever goes on, before you stop or your context runs out: what is done'),
    next: textInput.optional().describe('Checkpoint: what comes next'),
    verify: textInput.optional().describe('Checkpoint: how to see that it works'),
  }),
  repeatable: true,
  async run(muster, { resource, done, next, verify, ...report }) {
    const result = await muster.checkIn(resource ?? null, report)
    if (!result.ok || (done === undefined && next === undefined && verify === undefined)) return result
    const { at } = await muster.checkpoint({ done, next, verify, files: report.filesModified })
    return { ...result, checkpoint: { at } }
  },
})
