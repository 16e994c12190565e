import * as z from 'zod'
import { MusterError } from '../../core/errors.js'
import { releaseOptions, resourceInput } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { handOffInput, type HandOffResult } from '../../core/model/workOperations.js'
import { releaseAndLook, type ReleaseAnswer } from '../../tools/release.js'
import { defineTool } from '../../tools/tool.js'

type Refused = Extract<ReleaseAnswer, { ok: false }>

export const releaseTool = defineTool({
  name: 'release',
  title: 'Let go of locks',
  description:
    'Let go of what you locked as soon as you are done and your changes are saved and committed: whoever waits gets it. ' +
    'Not for locks of others. With handOffTo yours and your tasks and last checkpoint go over to another agent at once.',
  input: z.strictObject({
    resources: z.array(resourceInput).max(500).default([]).describe('As they were claimed; with handOffTo, none means all'),
    message: releaseOptions.shape.message.describe('What you did, or what to do next'),
    token: releaseOptions.shape.token.describe('Refused if another took the lock over since'),
    handOffTo: handOffInput.shape.to.optional().describe('Agent that goes on'),
  }),
  repeatable: true,
  async run(muster, { resources, handOffTo, ...options }, { key }) {
    if (handOffTo !== undefined) return handOff(muster, handOffTo, resources, options.message, key)
    if (resources.length === 0) throw new MusterError('INVALID_INPUT', 'resources is empty.', { hint: 'Name what you let go of, as you claimed it.' })
    const results: ReleaseAnswer[] = []
    for (const resource of resources) results.push(await releaseAndLook(muster, resource, options))
    const released = results.filter((result) => result.ok)
    const refused = results.filter((result): result is Refused => !result.ok)
    if (refused.length === 0) return { ok: true, released }
    return { ok: false, reason: refused[0]!.reason, hint: refused[0]!.hint, released, refused }
  },
})

function handOff(muster: Muster, to: string, claims: readonly string[], message = '', key: string | undefined): Promise<HandOffResult> {
  return muster.handOff({ to, message, ...(claims.length > 0 && { claims: [...claims], tasks: [] }) }, key)
}
