import { releaseOptions, resourceInput, type ReleaseOptions, type ReleaseResult } from '../core/model/operations.js'
import type { Muster } from '../core/muster.js'
import { defineTool } from './tool.js'

/** `uncommitted`: files with changes that are not committed, and that nobody is kept from any more. */
export type ReleaseAnswer = ReleaseResult & { uncommitted?: string[] }

export const releaseTool = defineTool({
  name: 'release',
  title: 'Let go of a lock',
  description:
    'Let go of something you locked, as soon as you are done with it and your changes are saved and committed. Whoever waits for it gets it. ' +
    'Only for your own locks.',
  input: releaseOptions.extend({
    resource: resourceInput.describe('As it was claimed'),
    message: releaseOptions.shape.message.describe('What you did, for the next one who works on it'),
    token: releaseOptions.shape.token.describe('Token of the lock: refused when somebody took it over since'),
  }),
  run: (muster, { resource, ...options }) => releaseAndLook(muster, resource, options),
})

/** Releases first: whoever waits need not wait for git as well. */
export async function releaseAndLook(muster: Muster, resource: string, options: ReleaseOptions): Promise<ReleaseAnswer> {
  const result = await muster.release(resource, options)
  const uncommitted = result.ok ? ((await muster.uncommittedFiles([resource])) ?? []) : []
  return uncommitted.length > 0 ? { ...result, uncommitted } : result
}
