import { cleanUpOptions } from '../core/model/upkeep.js'
import { defineTool } from './tool.js'

const { keepDays, profile, runs, dryRun } = cleanUpOptions.shape

export const cleanUpTool = defineTool({
  name: 'clean_up',
  title: 'Clean up what is over',
  description:
    'Take finished agents, read messages, closed tasks, resolved errors and integrated deliverables that are old off the lists, and, ' +
    'for a person, remove old logs and saves; what happened stays in the log. Use it when a person wants the lists short, with ' +
    'dryRun first. Not for anything open, unread or uncommitted: that is never touched.',
  input: cleanUpOptions.extend({
    keepDays: keepDays.describe('How many days what is over is kept; default: those of the profile'),
    profile: profile.describe('keep, if none is named: everything; development: 3 days; default: 7; production: 30; archive: 90, then files are compressed instead of removed'),
    runs: runs.describe('Folder of the runs'),
    dryRun: dryRun.describe('Only say what would go'),
  }),
  destructive: true,
  run: (muster, options) => muster.cleanUp(options),
})
