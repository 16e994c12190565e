import type { CommandId } from '../contributions.js'
import { markAgentDone, markAgentFailed, openAgentFile, takeOverAgent } from './agents.js'
import { keepLock, narrowLock } from './answering.js'
import type { Command } from './context.js'
import { advancePhase, approveDecision, implementDecision, openDecision, proposeDecision, rejectDecision, supersedeDecision } from './decisions.js'
import { logError, openError, resolveError } from './errors.js'
import { exportAll } from './exporting.js'
import { showFileLocks, showLock, showOverlaps } from './fileLocks.js'
import { closeHelp, handOff, requestHelp, saveCheckpoint } from './handingOn.js'
import { askForRelease, claim, claimOther, extendLock, forceRelease, openFile, release, revealFile, showLocksAsList, showLocksByFolder, stopWaiting, takeOver, wait } from './locks.js'
import { connectAgent, installGitGuard } from './connecting.js'
import { leavePostgres, usePostgres } from './database.js'
import { acknowledgeMessage, openMessage, replyMessage, searchMessages, sendMessage, tickChecklist } from './messages.js'
import { mergeVersions } from './merging.js'
import { checkHandoff, createDocuments, fixDocument } from './projectDocuments.js'
import { recoverAgents } from './recovering.js'
import { resumeLead, showReport, writeSummary } from './reports.js'
import { recoverSession, saveSession } from './sessions.js'
import { claimSymbol } from './symbols.js'
import { cleanUp } from './upkeep.js'
import { addTask, completeTask, openTask, startTask } from './tasks.js'
import { nudgeAgent, showTerminal } from './terminals.js'
import { checkIn } from './work.js'
import { chooseIdentity, chooseRepository, getStarted, openDashboard, openSettings, showLog, showMenu, showProblem, tryAgain, turnOn } from './window.js'
import { openRunFolder, openRunLog, recoverRun, startRun } from './runs.js'
import { deployAgent, restartAgent, showAgentLog, stopAgent } from './deploying.js'

/** What each command does. */
export const commands = {
  'muster.turnOn': turnOn,
  'muster.tryAgain': tryAgain,
  'muster.showMenu': showMenu,
  'muster.openDashboard': openDashboard,
  'muster.showProblem': showProblem,
  'muster.showLog': showLog,
  'muster.getStarted': getStarted,
  'muster.openSettings': openSettings,
  'muster.chooseIdentity': chooseIdentity,
  'muster.chooseRepository': chooseRepository,
  'muster.connectAgent': connectAgent,
  'muster.installGitGuard': installGitGuard,
  'muster.usePostgres': usePostgres,
  'muster.leavePostgres': leavePostgres,
  'muster.claim': claim,
  // The same, as the menu of a folder calls them.
  'muster.claimFolder': claim,
  'muster.claimSymbol': claimSymbol,
  'muster.claimOther': claimOther,
  'muster.release': release,
  'muster.checkIn': checkIn,
  'muster.titleCheckIn': (context) => checkIn(context, undefined),
  'muster.takeOver': takeOver,
  'muster.takeOverAgent': takeOverAgent,
  'muster.askForRelease': askForRelease,
  'muster.forceRelease': forceRelease,
  'muster.openFile': openFile,
  'muster.openAgentFile': openAgentFile,
  'muster.showFileLocks': showFileLocks,
  'muster.showFolderLocks': showFileLocks,
  'muster.showOverlaps': showOverlaps,
  'muster.showLocksByFolder': showLocksByFolder,
  'muster.showLocksAsList': showLocksAsList,
  'muster.waitForLock': wait,
  'muster.stopWaiting': stopWaiting,
  'muster.extendLock': extendLock,
  'muster.requestHelp': requestHelp,
  'muster.closeHelp': closeHelp,
  'muster.handOff': handOff,
  'muster.titleHandOff': (context) => handOff(context, undefined),
  'muster.saveCheckpoint': saveCheckpoint,
  'muster.showTerminal': showTerminal,
  'muster.nudgeAgent': nudgeAgent,
  'muster.markAgentDone': markAgentDone,
  'muster.markAgentFailed': markAgentFailed,
  'muster.sendMessage': sendMessage,
  'muster.titleSendMessage': (context) => sendMessage(context, undefined),
  'muster.openMessage': openMessage,
  'muster.replyMessage': replyMessage,
  'muster.keepLock': keepLock,
  'muster.narrowLock': narrowLock,
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
  'muster.saveSession': saveSession,
  'muster.recoverSession': recoverSession,
  'muster.recoverAgents': recoverAgents,
  'muster.cleanUp': cleanUp,
  'muster.mergeVersions': mergeVersions,
  'muster.createDocuments': createDocuments,
  'muster.checkHandoff': checkHandoff,
  'muster.fixDocument': fixDocument,
  'muster.showReport': showReport,
  'muster.export': exportAll,
  'muster.writeSummary': writeSummary,
  'muster.resumeLead': resumeLead,
  'muster.advancePhase': advancePhase,
  'muster.showLock': showLock,
  'muster.revealFile': revealFile,
  'muster.startRun': startRun,
  'muster.openRunFolder': openRunFolder,
  'muster.openRunLog': openRunLog,
  'muster.recoverRun': recoverRun,
  'muster.deployAgent': deployAgent,
  'muster.stopAgent': stopAgent,
  'muster.restartAgent': restartAgent,
  'muster.showAgentLog': showAgentLog,
} satisfies Record<CommandId, Command>
