import { checkpointFilter } from '../core/model/workOperations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const listCheckpointsTool = defineTool({
  name: 'list_checkpoints',
  title: 'See earlier checkpoints',
  description:
    'What an agent saved to go on from, newest first. Use it when the last checkpoint, which startup shows, is not enough to go on. ' +
    'Not for what others are at now: list the agents.',
  input: checkpointFilter.extend({ agent: idInput.optional().describe('Name or id; leave out for your own'), limit: checkpointFilter.shape.limit.describe('How many at most') }),
  readOnly: true,
  run: async (muster, filter) => ({ ok: true as const, checkpoints: await muster.listCheckpoints(filter) }),
})
