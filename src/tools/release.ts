import { releaseOptions, resourceInput } from '../core/model/operations.js'
import { defineTool } from './tool.js'

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
  run: (muster, { resource, ...options }) => muster.release(resource, options),
})
