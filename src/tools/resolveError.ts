import * as z from 'zod'
import { textInput } from '../core/model/operations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const resolveErrorTool = defineTool({
  name: 'resolve_error',
  title: 'Resolve an error',
  description:
    'Say that a logged error is put right, and how. Use it when you have seen that it is; if it happens again afterwards it is listed ' +
    'anew. Not for one that you only work round.',
  input: z.strictObject({ id: idInput.describe('For example E-3'), resolution: textInput.default('').describe('What put it right') }),
  run: (muster, { id, resolution }) => muster.resolveError(id, resolution),
})
