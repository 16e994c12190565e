import { requestAnswers } from '../core/model/message.js'
import { answerOptions, textInput } from '../core/model/operations.js'
import * as z from 'zod'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const answerRequestTool = defineTool({
  name: 'answer_request',
  title: 'Answer a request for your lock',
  description:
    'Answer somebody who asked you to release a lock of yours: release ends it at once, narrow keeps only the parts named in keep, ' +
    'keep says that you still need it. Whoever asked is told. Save and commit what you changed before you let go of it. Not for a lock that nobody asked for: release it.',
  input: z.strictObject({
    id: idInput.describe('Id of the message that asked'),
    answer: z.enum(requestAnswers),
    text: textInput.default('').describe('What they should know: what is done, or how long you still need it'),
    keep: answerOptions.shape.keep.describe('With narrow: files, folders or symbols within the lock that you hold on to'),
  }),
  run: (muster, { id, answer, text, keep }) => muster.answerRequest(id, answer, text, { keep }),
})
