import * as z from 'zod'
import { textInput } from '../core/model/operations.js'
import { integrationVerdict } from '../core/model/workOperations.js'
import { idInput } from './input.js'
import { defineTool } from './tool.js'

export const integrateTool = defineTool({
  name: 'integrate',
  title: 'Say what became of a deliverable',
  description:
    'Accept, reject or partly take over what another agent delivered. Use it after you have looked at it and merged what you take. Not ' +
    'for what you delivered yourself: somebody else says so.',
  input: z.strictObject({ id: idInput.describe('For example V-3'), verdict: integrationVerdict, note: textInput.default('').describe('The reason, or what is left out') }),
  run: (muster, { id, verdict, note }) => muster.integrate(id, verdict, note),
})
