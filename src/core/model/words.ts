/* What a field may say: lists that front ends show, apart from the schemas, which take long to load. */

export const agentKinds = ['person', 'agent'] as const
export type AgentKind = (typeof agentKinds)[number]

export const agentRoles = ['lead', 'executor', 'guide', 'worker'] as const
export type AgentRole = (typeof agentRoles)[number]

export const agentStatuses = ['waiting', 'starting', 'working', 'blocked', 'failed', 'done'] as const
export type AgentStatus = (typeof agentStatuses)[number]

/** Of an agent whose process Muster starts. `queued`: until there is room; `restarting`: its process ended and another follows. */
export const deploymentPhases = ['queued', 'starting', 'running', 'restarting', 'ended'] as const
export type DeploymentPhase = (typeof deploymentPhases)[number]

export const restartPolicies = ['never', 'on-failure', 'always'] as const
export type RestartPolicy = (typeof restartPolicies)[number]

export const claimModes = ['exclusive', 'shared'] as const
export type ClaimMode = (typeof claimModes)[number]

export const priorities = ['low', 'normal', 'high', 'urgent'] as const
export type Priority = (typeof priorities)[number]

/** How a claim ended. `taken`: a stale one was taken over; `forced`: a person ended a live one. `lapsed`: granted
 * from the queue to somebody who did not take it up, or let go of because its holder did nothing with it any more. */
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

export const errorKinds = ['conflict', 'dependency', 'code_error', 'timeout', 'other'] as const

export const severities = ['low', 'medium', 'high', 'critical'] as const
export type Severity = (typeof severities)[number]

export const errorStatuses = ['open', 'resolved'] as const
export type ErrorStatus = (typeof errorStatuses)[number]

/** What becomes of a deliverable. */
export const verdicts = ['accepted', 'rejected', 'partial'] as const
export type IntegrationVerdict = (typeof verdicts)[number]

/** P0 is critical, P1 important, P2 nice to have. */
export const taskPriorities = ['P0', 'P1', 'P2'] as const
export type TaskPriority = (typeof taskPriorities)[number]

export const taskStatuses = ['open', 'started', 'done', 'cancelled'] as const
export type TaskStatus = (typeof taskStatuses)[number]

/** How a run stands, as its folder tells. `resumable`: its process is gone, and its progress says where to go on. */
export const runStatuses = ['not_started', 'running', 'stale', 'resumable', 'interrupted', 'failed', 'completed'] as const
export type RunStatus = (typeof runStatuses)[number]

/** Where run folders are, from the root of the working tree, unless the caller says otherwise. */
export const DEFAULT_RUNS = 'experiments'

/** How long what is over is kept: days as in {@link retentionDays}. With `archive`, old files are compressed and not removed. */
export const retentionProfiles = ['keep', 'development', 'default', 'production', 'archive'] as const
export type RetentionProfile = (typeof retentionProfiles)[number]

/** Days; undefined: for ever. */
export const retentionDays: Readonly<Record<RetentionProfile, number | undefined>> = { keep: undefined, development: 3, default: 7, production: 30, archive: 90 }

/**
 * Files that are cleaned up: of supervised agents that are not on the lists any more (logs, command, state), saves of windows
 * but the newest of each, what runs that are over have printed, requests for agents that were answered.
 */
export const fileKinds = ['agents', 'saves', 'runs', 'requests'] as const
export type FileKind = (typeof fileKinds)[number]

/** Whether a category of decisions is a gate: nothing of the kind happens before a person has said so. */
export function isGate(category: string): boolean {
  return /^(phase|breaking)/i.test(category.trim())
}
