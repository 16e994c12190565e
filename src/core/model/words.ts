/* What a field may say: lists that front ends show, apart from the schemas, which take long to load. */

export const agentKinds = ['person', 'agent'] as const
export type AgentKind = (typeof agentKinds)[number]

export const agentRoles = ['lead', 'executor', 'guide', 'worker'] as const
export type AgentRole = (typeof agentRoles)[number]

export const agentStatuses = ['waiting', 'starting', 'working', 'blocked', 'failed', 'done'] as const
export type AgentStatus = (typeof agentStatuses)[number]

export const claimModes = ['exclusive', 'shared'] as const
export type ClaimMode = (typeof claimModes)[number]

export const priorities = ['low', 'normal', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

/** How a claim ended. `taken`: a stale one was taken over; `forced`: a person ended a live one. `lapsed`: granted
 * from the queue to somebody who did not take it up. */
export const claimEnds = ['released', 'taken', 'forced', 'handed', 'lapsed'] as const
export type ClaimEnd = (typeof claimEnds)[number]

export const messageKinds = ['note', 'help', 'handoff', 'reply'] as const
export type MessageKind = (typeof messageKinds)[number]

/** Ladder of one recipient; `expired`: the deadline passed, or the recipient was removed, before anything more came of it. */
export const deliveryStatuses = ['sent', 'seen', 'acknowledged', 'answered', 'expired'] as const
export type DeliveryStatus = (typeof deliveryStatuses)[number]

/** What a holder may answer when it is asked for a lock. */
export const requestAnswers = ['release', 'narrow', 'keep'] as const
export type RequestAnswer = (typeof requestAnswers)[number]

export const impacts = ['low', 'medium', 'high'] as const

export const decisionStatuses = ['proposed', 'approved', 'rejected', 'implemented', 'superseded'] as const
export type DecisionStatus = (typeof decisionStatuses)[number]
