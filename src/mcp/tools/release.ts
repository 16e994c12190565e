import * as z from 'zod'
import { releaseOptions, resourceInput, type ReleaseResult } from '../../core/model/operations.js'
import { defineTool } from '../../tools/tool.js'

type Refused = Extract<ReleaseResult, { ok: false }>

export const releaseTool = defineTool({
  name: 'release',
  title: 'Let go of locks',
  description:
    'Let go of what you locked as soon as you are done and your changes are saved and committed: whoever waits gets it. ' +
    'Only your own locks.',
  input: z.strictObject({
    resources: z.array(resourceInput).min(1).max(500).describe('As they were claimed'),
    message: releaseOptions.shape.message.describe('What you did'),
    token: releaseOptions.shape.token.describe('Refused if another took the lock over since'),
  }),
  repeatable: true,
  async run(muster, { resources, ...options }) {
    const results: ReleaseResult[] = []
    for (const resource of resources) results.push(await muster.release(resource, options))
    const released = results.filter((result) => result.ok)
    const refused = results.filter((result): result is Refused => !result.ok)
    if (refused.length === 0) return { ok: true, released }
    return { ok: false, reason: refused[0]!.reason, hint: refused[0]!.hint, released, refused }
  },
})
