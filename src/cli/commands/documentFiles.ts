import { logsBusy } from '../../documents/busy.js'
import { command, outcome } from '../command.js'
import { exitCodes } from '../exitCodes.js'
import { say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'
import { problemsText } from '../views/documentProblems.js'

export const documentFileCommands = [
  command({
    name: 'docs write',
    summary: 'Write what the records say into files, and take in what agents wrote into theirs',
    details:
      'Status, work log, deliverables and messages of each agent are in .muster/agents and .muster/state; windows and tools\' servers keep them up to date by themselves. ' +
      'Settings given here count from then on, for every process. What somebody else changed is never overwritten: it is kept beside, and told of here and in muster status.',
    options: {
      whole: { type: 'flag', help: 'Make all of them anew from the records' },
      'agent-files': { type: 'choice', choices: ['on', 'off'], help: 'Agents\' .agent_* files in the root of their working tree too' },
      workspace: { type: 'list', value: 'GLOB', help: 'Read .agent_* files of these folders beside the repository; repeatable, "none" for none' },
      runs: { type: 'text', value: 'DIR', help: 'Folder of runs, in which messages lie in _messages; default: experiments' },
    },
    access: 'join',
    examples: ['muster docs write', 'muster docs write --agent-files on', 'muster docs write --workspace "assistant-*"'],
    async run({ muster }, { whole, 'agent-files': agentFiles, workspace, runs }) {
      const [{ writeAll }, { changeSettings, readSettings }] = await Promise.all([import('../../documents/documents.js'), import('../../documents/settings.js')])
      await changeSettings(muster.folder, {
        ...(agentFiles !== undefined && { agentFiles: agentFiles === 'on' }),
        ...(workspace.length > 0 && { workspaces: workspace.filter((glob) => glob !== 'none') }),
        ...(runs !== undefined && { runs }),
      })
      const { busy, ...written } = await writeAll(muster, { whole })
      const report = { ok: true, ...written, settings: await readSettings(muster.folder) }
      const text = (ui: Ui): string[] => [say`${report.written.length} files written, ${report.removed.length} removed, ${report.taken.length} taken in.`, problemsText(report.problems, ui)].filter((text) => text !== '')
      if (!whole || !busy) return outcome(report, (ui) => text(ui).join('\n'))
      return { ...outcome({ ...report, ok: false, error: logsBusy }, (ui) => [...text(ui), logsBusy.message, logsBusy.hint].join('\n')), exit: exitCodes.unusable }
    },
  }),
]
