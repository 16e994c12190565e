import { retentionProfiles } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome } from '../command.js'
import { cleanedText } from '../views/upkeep.js'

export const upkeepCommands = [
  command({
    name: 'clean-up',
    summary: 'Take what is over and old off the lists and the disk, as you say how old; never anything open',
    details:
      'Finished agents, read messages, closed tasks, resolved errors and integrated deliverables go off the lists; what happened stays in the log. ' +
      'Files go too: logs and files of agents that are not on the lists any more, saved sessions but the newest of each window, what runs that are over printed, answered requests. ' +
      'Nothing unread, unfinished or with uncommitted changes is touched; files are cleaned for people, not for agents.\n' +
      'Profiles: keep (everything), development (3 days), default (7), production (30), archive (90; files are compressed in .muster/archive instead of removed).',
    options: {
      profile: { type: 'choice', choices: retentionProfiles, help: 'How long it is kept; default: keep, so that nothing goes' },
      'keep-days': { type: 'number', value: 'N', help: 'So many days instead of the profile\'s' },
      runs: { type: 'text', value: 'DIR', help: 'The folder of the runs; default: MUSTER_RUNS, else experiments' },
      'dry-run': { type: 'flag', help: 'Only say what would go' },
    },
    access: ({ 'dry-run': dryRun }) => (dryRun ? 'look' : 'join'),
    examples: ['muster clean-up --profile default --dry-run', 'muster clean-up --profile production', 'muster clean-up --keep-days 30'],
    async run({ muster, host }, { 'keep-days': keepDays, 'dry-run': dryRun, profile, runs = host.env['MUSTER_RUNS'] || undefined }) {
      const { cleanUpTool } = await import('../../tools/cleanUp.js')
      const result = await callTool(cleanUpTool, muster, { keepDays, profile, runs, dryRun })
      return outcome(result, () => cleanedText(result))
    },
  }),
]
