import * as vscode from 'vscode'
import { commandIds, type CommandId } from '../contributions.js'
import { t } from '../l10n.js'
import { run } from '../run.js'
import { markAgentDone, markAgentFailed } from './agents.js'
import type { Command, CommandContext } from './context.js'
import { approveDecision, implementDecision, openDecision, proposeDecision, rejectDecision, supersedeDecision } from './decisions.js'
import { deployAgent, restartAgent, showAgentLog, stopAgent } from './deploying.js'
import { logError, openError, resolveError } from './errors.js'
import { showFileLocks, showOverlaps } from './fileLocks.js'
import { handOff, requestHelp, saveCheckpoint } from './handingOn.js'
import { askForRelease, claim, extendLock, forceRelease, openFile, release, showLocksAsList, showLocksByFolder, takeOver, wait } from './locks.js'
import { connectAgent, installGitGuard } from './connecting.js'
import { acknowledgeMessage, openMessage, replyMessage, searchMessages, sendMessage, tickChecklist } from './messages.js'
import { claimSymbol } from './symbols.js'
import { addTask, completeTask, openTask, startTask } from './tasks.js'
import { nudgeAgent, showTerminal } from './terminals.js'
import { checkIn } from './work.js'
import { chooseIdentity, openDashboard, showLog, showMenu, showProblem, tryAgain, turnOn } from './window.js'

const commands = {
  'muster.turnOn': turnOn,
  'muster.tryAgain': tryAgain,
  'muster.showMenu': showMenu,
  'muster.openDashboard': openDashboard,
  'muster.showProblem': showProblem,
  'muster.showLog': showLog,
  'muster.chooseIdentity': chooseIdentity,
  'muster.connectAgent': connectAgent,
  'muster.installGitGuard': installGitGuard,
  'muster.claim': claim,
  'muster.claimSymbol': claimSymbol,
  'muster.release': release,
  'muster.checkIn': checkIn,
  'muster.takeOver': takeOver,
  'muster.askForRelease': askForRelease,
  'muster.forceRelease': forceRelease,
  'muster.openFile': openFile,
  'muster.showFileLocks': showFileLocks,
  'muster.showOverlaps': showOverlaps,
  'muster.showLocksByFolder': showLocksByFolder,
  'muster.showLocksAsList': showLocksAsList,
  'muster.waitForLock': wait,
  'muster.extendLock': extendLock,
  'muster.requestHelp': requestHelp,
  'muster.handOff': handOff,
  'muster.saveCheckpoint': saveCheckpoint,
  'muster.showTerminal': showTerminal,
  'muster.nudgeAgent': nudgeAgent,
  'muster.markAgentDone': markAgentDone,
  'muster.markAgentFailed': markAgentFailed,
  'muster.deployAgent': deployAgent,
  'muster.stopAgent': stopAgent,
  'muster.restartAgent': restartAgent,
  'muster.showAgentLog': showAgentLog,
  'muster.sendMessage': sendMessage,
  'muster.openMessage': openMessage,
  'muster.replyMessage': replyMessage,
  'muster.acknowledgeMessage': acknowledgeMessage,
  'muster.tickChecklist': tickChecklist,
  'muster.searchMessages': searchMessages,
  'muster.proposeDecision': proposeDecision,
  'muster.openDecision': openDecision,
  'muster.approveDecision': approveDecision,
  'muster.rejectDecision': rejectDecision,
  'muster.implementDecision': implementDecision,
  'muster.supersedeDecision': supersedeDecision,
  'muster.addTask': addTask,
  'muster.openTask': openTask,
  'muster.startTask': startTask,
  'muster.completeTask': completeTask,
  'muster.logError': logError,
  'muster.openError': openError,
  'muster.resolveError': resolveError,
} satisfies Record<CommandId, Command>

/** Registers every command. `onRun` hears of each, before it runs. */
export function registerCommands(context: CommandContext, onRun: (id: CommandId) => void): vscode.Disposable {
  return vscode.Disposable.from(
    ...commandIds.map((id) =>
      vscode.commands.registerCommand(id, (...given: unknown[]) => {
        onRun(id)
        // A button of a row comes with its row and the selection. Without the row, the list was just being rebuilt.
        if (given.length > 1 && (given[0] ?? undefined) === undefined) return void vscode.window.showInformationMessage(t('The list has just changed. Please click again.'))
        return run(id.replace('muster.', ''), context.log, () => commands[id](context, given[0]))
      }),
    ),
  )
}
