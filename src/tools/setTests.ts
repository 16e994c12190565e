import * as z from 'zod'
import { defineTool } from './tool.js'

const count = z.number().int().nonnegative()

export const setTestsTool = defineTool({
  name: 'set_tests',
  title: 'Say how many tests pass',
  description: 'How many tests there are, and how many pass. Use it when you have run all of them. Not for the tests of one file.',
  input: z.strictObject({ passed: count, total: count }),
  repeatable: true,
  run: (muster, { passed, total }) => muster.setTests(passed, total),
})
