import { handOffInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

const fields = handOffInput.shape

export const handOffTool = defineTool({
  name: 'hand_off',
  title: 'Hand work on to another agent',
  description:
    'Pass locks and tasks of yours on to an agent that is known here, together with your last checkpoint, all at once. Without naming any, ' +
    'all of them. From then on they are no longer yours. Use it when another agent goes on with your work; save a checkpoint first, and ' +
    'commit what you changed. Not for asking for help: request it.',
  input: handOffInput.extend({
    to: fields.to.describe('Name of the agent that goes on'),
    from: fields.from.describe('On behalf of a person: an agent that is gone, whose work to pass on'),
    claims: fields.claims.describe('Locks of yours; leave out locks and tasks to pass on all'),
    tasks: fields.tasks.describe('Ids of tasks of yours'),
    message: fields.message.describe('What the other one should know'),
  }),
  run: (muster, handOff, { key }) => muster.handOff(handOff, key),
})
