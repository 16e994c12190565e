import * as z from 'zod'
import { idInput, textInput } from './input.js'
import { defineTool } from './tool.js'

export const replyTool = defineTool({
  name: 'reply',
  title: 'Reply to a message',
  description:
    'Answer a message; the answer stays in its conversation and the message counts as answered. Use it when an answer is expected. Not ' +
    'for a new subject: send a message.',
  input: z.strictObject({ id: idInput.describe('Id of the message'), body: textInput.describe('The answer') }),
  run: (muster, { id, body }) => muster.reply(id, body),
})
