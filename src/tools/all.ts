import { acknowledgeTool } from './acknowledge.js'
import { addTaskTool } from './addTask.js'
import { answerRequestTool } from './answerRequest.js'
import { askForReleaseTool } from './askForRelease.js'
import { changeTaskTool } from './changeTask.js'
import { checkInTool } from './checkIn.js'
import { checkpointTool } from './checkpoint.js'
import { claimTool } from './claim.js'
import { cleanUpTool } from './cleanUp.js'
import { clearRecoveryTool } from './clearRecovery.js'
import { closeHelpTool } from './closeHelp.js'
import { completeAgentTool } from './completeAgent.js'
import { completeTaskTool } from './completeTask.js'
import { agentLogTool } from './agentLog.js'
import { deliverTool } from './deliver.js'
import { deployTool } from './deploy.js'
import { failAgentTool } from './failAgent.js'
import { forceReleaseTool } from './forceRelease.js'
import { getAgentTool } from './getAgent.js'
import { handOffTool } from './handOff.js'
import { implementDecisionTool } from './implementDecision.js'
import { integrateTool } from './integrate.js'
import { integrateWorkerTool } from './integrateWorker.js'
import { listAgentsTool } from './listAgents.js'
import { listCheckpointsTool } from './listCheckpoints.js'
import { listClaimsTool } from './listClaims.js'
import { listDecisionsTool } from './listDecisions.js'
import { listDeliverablesTool } from './listDeliverables.js'
import { listErrorsTool } from './listErrors.js'
import { listHelpRequestsTool } from './listHelpRequests.js'
import { listSessionsTool } from './listSessions.js'
import { listTasksTool } from './listTasks.js'
import { listTicketsTool } from './listTickets.js'
import { logDecisionTool } from './logDecision.js'
import { logErrorTool } from './logError.js'
import { logWorkTool } from './logWork.js'
import { makeTicketTool } from './makeTicket.js'
import { nextTaskTool } from './nextTask.js'
import { readMessagesTool } from './readMessages.js'
import { recoverSessionTool } from './recoverSession.js'
import { recoverySummaryTool } from './recoverySummary.js'
import { releaseTool } from './release.js'
import { removeAgentTool } from './removeAgent.js'
import { replyTool } from './reply.js'
import { requestHelpTool } from './requestHelp.js'
import { resolveErrorTool } from './resolveError.js'
import { restartAgentTool } from './restartAgent.js'
import { resumeAgentTool } from './resumeAgent.js'
import { reviewDecisionTool } from './reviewDecision.js'
import { saveOutputTool } from './saveOutput.js'
import { saveSessionTool } from './saveSession.js'
import { sendMessageTool } from './sendMessage.js'
import { sessionStatusTool } from './sessionStatus.js'
import { setAgentTool } from './setAgent.js'
import { stopAgentTool } from './stopAgent.js'
import { startTaskTool } from './startTask.js'
import { startupTool } from './startup.js'
import { stopWaitingTool } from './stopWaiting.js'
import { supersedeDecisionTool } from './supersedeDecision.js'
import { tickChecklistTool } from './tickChecklist.js'
import { updateDocumentTool } from './updateDocument.js'
import { writeDailySummaryTool } from './writeDailySummary.js'
import { failRunTool } from './failRun.js'
import { finishRunTool } from './finishRun.js'
import { followRunsTool } from './followRuns.js'
import { listRunsTool } from './listRuns.js'
import { recoverRunsTool } from './recoverRuns.js'
import { reportRunTool } from './reportRun.js'
import { startRunTool } from './startRun.js'
import { compareRunsTool } from './compareRuns.js'
import { planRunTool } from './planRun.js'
import { validateRunTool } from './validateRun.js'
import { advancePhaseTool } from './advancePhase.js'
import { changePlanTool } from './changePlan.js'
import { correctDecisionTool } from './correctDecision.js'
import { getPlanTool } from './getPlan.js'
import { setTestsTool } from './setTests.js'
import type { Tool } from './tool.js'

/** Every operation that is offered to callers from outside, one file each. A test finds a file that is missing here. */
export const allTools = [
  startupTool,
  claimTool,
  checkInTool,
  releaseTool,
  forceReleaseTool,
  askForReleaseTool,
  stopWaitingTool,
  answerRequestTool,
  sendMessageTool,
  readMessagesTool,
  acknowledgeTool,
  tickChecklistTool,
  replyTool,
  requestHelpTool,
  closeHelpTool,
  listHelpRequestsTool,
  logDecisionTool,
  reviewDecisionTool,
  listDecisionsTool,
  getAgentTool,
  listAgentsTool,
  listClaimsTool,
  addTaskTool,
  changeTaskTool,
  checkpointTool,
  completeTaskTool,
  deliverTool,
  handOffTool,
  implementDecisionTool,
  integrateTool,
  listCheckpointsTool,
  listDeliverablesTool,
  listErrorsTool,
  listTasksTool,
  logErrorTool,
  logWorkTool,
  nextTaskTool,
  resolveErrorTool,
  startTaskTool,
  supersedeDecisionTool,
  updateDocumentTool,
  writeDailySummaryTool,
  cleanUpTool,
  clearRecoveryTool,
  completeAgentTool,
  failAgentTool,
  recoverySummaryTool,
  removeAgentTool,
  resumeAgentTool,
  setAgentTool,
  saveSessionTool,
  listSessionsTool,
  sessionStatusTool,
  recoverSessionTool,
  listRunsTool,
  followRunsTool,
  startRunTool,
  reportRunTool,
  finishRunTool,
  failRunTool,
  recoverRunsTool,
  planRunTool,
  validateRunTool,
  compareRunsTool,
  deployTool,
  stopAgentTool,
  restartAgentTool,
  agentLogTool,
  getPlanTool,
  changePlanTool,
  setTestsTool,
  advancePhaseTool,
  correctDecisionTool,
  makeTicketTool,
  listTicketsTool,
  saveOutputTool,
  integrateWorkerTool,
] as readonly unknown[] as readonly Tool[]
