import * as z from 'zod'
import { resourceInput } from '../core/model/operations.js'
import { textInput } from './input.js'
import { defineTool } from './tool.js'

export const askForReleaseTool = defineTool({
  name: 'ask_for_release',
  title: 'Ask the holder for a lock',
  description:
    'Ask whoever holds a lock to release or narrow it, saying what you need it for. Use it when waiting would take too long; ' +
    'meanwhile work on something else. Nothing is taken away by asking. Not for a stale lock: claim it with takeOver.',
  input: z.strictObject({ resource: resourceInput, text: textInput.describe('What you need it for, and how soon') }),
  run: (muster, { resource, text }) => muster.askForRelease(resource, text),
})
