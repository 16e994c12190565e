import * as z from 'zod'
import { resourceInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

export const stopWaitingTool = defineTool({
  name: 'stop_waiting',
  title: 'Give up a place in line',
  description:
    'Give up your place in line for a lock, when you have found something else to do. Use it so that nobody behind you ' +
    'waits for you. Not for a lock you hold: release it.',
  input: z.strictObject({ resource: resourceInput }),
  run: (muster, { resource }) => muster.stopWaiting(resource),
})
