import { acknowledgeTool } from './acknowledge.js'
import { answerRequestTool } from './answerRequest.js'
import { askForReleaseTool } from './askForRelease.js'
import { checkInTool } from './checkIn.js'
import { claimTool } from './claim.js'
import { closeHelpTool } from './closeHelp.js'
import { forceReleaseTool } from './forceRelease.js'
import { getAgentTool } from './getAgent.js'
import { listAgentsTool } from './listAgents.js'
import { listClaimsTool } from './listClaims.js'
import { listDecisionsTool } from './listDecisions.js'
import { listHelpRequestsTool } from './listHelpRequests.js'
import { logDecisionTool } from './logDecision.js'
import { readMessagesTool } from './readMessages.js'
import { releaseTool } from './release.js'
import { replyTool } from './reply.js'
import { requestHelpTool } from './requestHelp.js'
import { reviewDecisionTool } from './reviewDecision.js'
import { sendMessageTool } from './sendMessage.js'
import { startupTool } from './startup.js'
import type { Tool } from './tool.js'

/** Every operation that is offered to callers from outside, one file each. */
export const allTools = [
  startupTool,
  claimTool,
  checkInTool,
  releaseTool,
  forceReleaseTool,
  askForReleaseTool,
  answerRequestTool,
  sendMessageTool,
  readMessagesTool,
  acknowledgeTool,
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
] as readonly unknown[] as readonly Tool[]
