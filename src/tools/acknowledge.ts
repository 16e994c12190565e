import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const acknowledgeTool = defineTool({
  name: 'acknowledge',
  title: 'Acknowledge a message',
  description:
    'Tell the sender that you understood a message and will act on it. Use it for what asks you to do something. Not where the sender ' +
    'needs words: reply instead.',
  input: z.strictObject({ id: idInput.describe('Id of the message') }),
  repeatable: true,
  run: (muster, { id }) => muster.acknowledge(id),
})
