import { checkInOptions, resourceInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

const options = checkInOptions.shape

export const checkInTool = defineTool({
  name: 'check_in',
  title: 'Say how the work is going',
  description:
    'Say how far you are, what you do next and what blocks you; renews your locks. Use it at every step worth knowing about and at least ' +
    'every 15 minutes of work. With a resource the progress is that of this lock. Answers how many messages are unread and who waits for you. ' +
    'Not for talking to others: send a message.',
  input: checkInOptions.extend({
    resource: resourceInput.optional().describe('The lock this is about; leave out to report on your work as a whole'),
    progress: options.progress.describe('Percent, 0 to 100'),
    message: options.message.describe('What happened since the last check-in, in one line'),
    token: options.token.describe('Token of the lock, with its resource: the check-in is refused when somebody took the lock over since'),
    status: options.status.describe('blocked needs a blocker'),
    blocker: options.blocker.describe('What keeps you from going on; empty when nothing does any more'),
    waitingFor: options.waitingFor.describe('Agents or things you wait for'),
    eta: options.eta.describe('When you expect to be done, ISO 8601'),
    lastTest: options.lastTest.describe('Last test run that passed'),
    minutes: options.minutes.describe('New length of the lock'),
  }),
  run: (muster, { resource, ...options }) => muster.checkIn(resource ?? null, options),
})
