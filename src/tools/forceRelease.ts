import * as z from 'zod'
import { resourceInput } from '../core/model/operations.js'
import { textInput } from './input.js'
import { defineTool } from './tool.js'

export const forceReleaseTool = defineTool({
  name: 'force_release',
  title: "End somebody else's lock",
  description:
    'End a living lock of somebody else; the holder is told. Use it on behalf of a person only; agents are refused. Not for a stale ' +
    'lock: claim it with takeOver. Otherwise ask for its release first.',
  input: z.strictObject({ resource: resourceInput, reason: textInput.describe('Told to the holder and kept') }),
  destructive: true,
  run: (muster, { resource, reason }) => muster.forceRelease(resource, reason),
})
