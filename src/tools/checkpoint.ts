import * as z from 'zod'
import { checkpointInput } from '../core/model/workOperations.js'
import { defineTool } from './tool.js'

const fields = checkpointInput.shape

export const checkpointTool = defineTool({
  name: 'checkpoint',
  title: 'Save where you stand',
  description:
    'Leave a note from which you, or another agent, can go on: what is done, what comes next, which files, how to check it. Use it before ' +
    'your context is full, before you stop, and after every larger step. The last one counts and is shown at startup. Not for telling others how far you are: check in.',
  input: checkpointInput.extend({
    done: fields.done.describe('What is finished'),
    next: fields.next.describe('What to do next, first things first'),
    files: fields.files.describe('Files that matter for it'),
    verify: fields.verify.describe('How to see that it works'),
    commit: z.boolean().default(false).describe('Also commit your status, work log and deliverables to the git branch muster/checkpoints/<you>; nothing else in the repository is touched'),
  }),
  run: async (muster, { commit, ...note }) => {
    const saved = await muster.checkpoint(note)
    return commit && saved.ok ? { ...saved, committed: await muster.commitCheckpoint() } : saved
  },
})
