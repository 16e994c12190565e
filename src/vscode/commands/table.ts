import * as vscode from 'vscode'
import { commandIds, type CommandId } from '../contributions.js'
import { run } from '../run.js'
import type { Command, CommandContext } from './context.js'
import { connectAgent, installGitGuard } from './connecting.js'
import { approveDecision, openDecision, proposeDecision, rejectDecision } from './decisions.js'
import { askForRelease, claim, forceRelease, openFile, release, takeOver } from './locks.js'
import { acknowledgeMessage, openMessage, replyMessage, sendMessage } from './messages.js'
import { checkIn } from './work.js'
import { chooseIdentity, showLog, showMenu, showProblem, tryAgain, turnOn } from './window.js'

const commands = {
  'muster.turnOn': turnOn,
  'muster.tryAgain': tryAgain,
  'muster.showMenu': showMenu,
  'muster.showProblem': showProblem,
  'muster.showLog': showLog,
  'muster.chooseIdentity': chooseIdentity,
  'muster.connectAgent': connectAgent,
  'muster.installGitGuard': installGitGuard,
  'muster.claim': claim,
  'muster.release': release,
  'muster.checkIn': checkIn,
  'muster.takeOver': takeOver,
  'muster.askForRelease': askForRelease,
  'muster.forceRelease': forceRelease,
  'muster.openFile': openFile,
  'muster.sendMessage': sendMessage,
  'muster.openMessage': openMessage,
  'muster.replyMessage': replyMessage,
  'muster.acknowledgeMessage': acknowledgeMessage,
  'muster.proposeDecision': proposeDecision,
  'muster.openDecision': openDecision,
  'muster.approveDecision': approveDecision,
  'muster.rejectDecision': rejectDecision,
} satisfies Record<CommandId, Command>

/** Registers every command. `onRun` hears of each, before it runs. */
export function registerCommands(context: CommandContext, onRun: (id: CommandId) => void): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, (...given: unknown[]) => {
        onRun(id)
        // A button of a row comes with its row and the selection. Without the row, the list was just being rebuilt.
        if (given.length > 1 && (given[0] ?? undefined) === undefined) return void vscode.window.showInformationMessage('The list has just changed. Please click again.')
        return run(id.replace('muster.', ''), context.log, () => commands[id](context, given[0]))
      }),
    ),
  )
}
