import * as z from 'zod'
import { MARK } from './othersText.js'

/*
 * What tools answer, as clients are told. Every object may hold more than is listed: text that others wrote is below
 * `untrusted`, and fields come with versions.
 */

const id = z.string().optional()
const ids = z.array(z.string()).optional()
const time = z.string().optional()
const number = z.number().optional()
const flag = z.boolean().optional()
const othersText = z.record(z.string(), z.unknown()).optional()

function view<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject<Shape & { [MARK]: typeof othersText }, z.core.$loose> {
  return z.looseObject({ ...shape, [MARK]: othersText })
}

const claim = view({ heldBy: id, mine: flag, mode: id, token: number, since: time, expiresAt: time, presence: id, stale: flag, progress: number, waiters: ids, place: number })
const message = view({ id, from: id, to: id, kind: id, priority: id, sentAt: time, deadline: time, status: id, unread: flag, replyTo: id })
const agent = view({ id, kind: id, status: id, progress: number, presence: id, me: flag, seenAt: time, workedAt: time, unread: number, parent: id })
const decision = view({ id, number, status: id, impact: id, proposer: id, proposedAt: time })
const task = view({ id, number, status: id, priority: id, assignee: id, worker: id, mine: flag })
const checkpoint = view({ savedAt: time, from: id })
const granted = view({ token: number, expiresAt: time, renewed: flag, resource: id })

/** Of a refusal or an error: why, and what to do next. */
const failure = { ok: z.boolean(), reason: id, next: id, error: view({ code: id, message: id }).optional(), [MARK]: othersText }

function result<Shape extends z.ZodRawShape>(shape: Shape): z.ZodObject {
  return z.looseObject({ ...failure, ...shape })
}

const several = (one: z.ZodType): z.ZodType => z.array(one).optional()
const taskResult = result({ id, number, status: id, task: task.optional(), worker: id, blockedBy: ids })
const decisionResult = result({ id, number, status: id })
const agentResult = result({ agent: id, status: id })
const saved = result({ agent: id, at: time })
const asked = several(view({ id, to: id }))
const heldBy = id
const marked = result({ id })
const sent = result({ id, recipients: ids, unknown: ids })
const handedOff = { id, to: id, claims: several(granted), tasks: ids, checkpoint: flag }
const run = view({ status: id, process: id, agent: id, locked: flag, pid: number, done: number, total: number, progress: number, startedAt: time, endedAt: time, eta: time, etaMinutes: number, idleMinutes: number, hung: flag, resumeFrom: number, metrics: view({}).optional(), problems: several(view({ line: number })) })
const differences = several(view({ change: number }))
const list = z.array(z.unknown()).optional()
const runResult = result({ run: run.optional(), warnings: list })
const recovered = several(agent.extend({ checkpoint: checkpoint.optional() }))
const session = view({ id, savedAt: time, reason: id, editors: number, groups: number, unsaved: number, omitted: number, terminals: number, agents: number, claims: number, repositories: several(view({})) })
const counts = z.record(z.string(), z.number()).optional()

const progress = view({ done: number, total: number, percent: number })
const plan = view({ phases: several(view({ number, status: id, tasks: progress.optional(), progress: progress.optional() })), phase: view({}).optional(), milestones: several(view({ reached: flag, progress: progress.optional() })), milestone: view({}).optional(), overall: progress.optional(), deliverable: view({}).optional(), tests: view({ passed: number, total: number, percent: number, at: time }).optional(), transition: view({}).optional(), changedAt: time })

const deployed = result({ agent: id, status: id, number, pid: number, keeper: number, startedAt: time, heldBy: id, warnings: ids, run: ids })

const results: Readonly<Record<string, z.ZodObject>> = {
  startup: result({ agent: agent.optional(), messages: several(message), claims: several(claim), helpRequests: several(message), decisions: several(decision), incomplete: several(agent), tasks: several(task), checkpoint: checkpoint.optional(), workLog: several(view({ at: time })), lost: several(message), unacknowledged: several(message), more: counts }),
  claim: result({ resource: id, token: number, expiresAt: time, renewed: flag, tookOverFrom: id, advisory: flag, claims: several(granted), overlaps: several(view({ heldBy })), heldBy, holders: ids, progress: number, since: time, eta: time, stale: flag, queued: number }),
  check_in: result({ agent: id, resource: id, token: number, expiresAt: time, unread: number, waiters: ids, heldBy, status: id, checkpoint: z.looseObject({ at: time }).optional() }),
  release: result({ released: several(view({ resource: id, grantedTo: ids })), refused: several(view({ reason: id, next: id, heldBy })), ...handedOff }),
  send_message: result({ id, to: id, recipients: ids, unknown: ids, asked, reply: id }),
  read_messages: result({ messages: several(message), more: counts, acknowledged: ids, ticked: ids, unacknowledged: several(message) }),
  log_decision: decisionResult,
  log_error: result({ id, number, count: number }),

  force_release: result({ resource: id, wasHeldBy: id }),
  stop_waiting: result({ resource: id, left: number }),
  ask_for_release: result({ id, to: id, asked }),
  answer_request: result({ id, to: id, answer: id, resource: id, released: flag, kept: several(granted), grantedTo: ids }),
  acknowledge: marked,
  tick_checklist: result({ id, ticked: z.array(z.number()).optional(), steps: number }),
  reply: sent,
  request_help: sent,
  close_help: result({ id, reply: id }),
  list_help_requests: result({ helpRequests: several(message) }),
  review_decision: decisionResult,
  implement_decision: decisionResult,
  supersede_decision: decisionResult,
  list_decisions: result({ decisions: several(decision) }),
  get_agent: result({ agent: agent.optional() }),
  list_agents: result({ agents: several(agent) }),
  list_claims: result({ claims: several(claim) }),
  add_task: taskResult,
  change_task: taskResult,
  start_task: taskResult,
  complete_task: taskResult,
  next_task: result({ task: task.optional(), open: number }),
  list_tasks: result({ tasks: several(task) }),
  checkpoint: result({ agent: id, at: time, committed: view({ branch: id, commit: id, changed: flag, reason: id }).optional() }),
  list_checkpoints: result({ checkpoints: several(checkpoint) }),
  update_document: result({ file: id, changed: flag, conflict: id, heldBy }),
  log_work: saved,
  write_daily_summary: result({ agent: id, number, at: time }),
  deliver: result({ id, number }),
  integrate: result({ id, verdict: id }),
  make_ticket: result({ worker: id, task: id, file: id, how: id, scope: ids, heldBy: id, template: id, kept: id, problems: several(view({ line: number })) }),
  list_tickets: result({ tickets: several(view({ worker: id, task: id, found: flag, output: id })) }),
  save_output: result({ worker: id, file: id, bytes: number }),
  integrate_worker: result({ worker: id, verdict: id, by: id, deliverables: ids, tasks: ids }),
  list_deliverables: result({ deliverables: several(view({ id, number, agent: id, integrationReady: flag, deliveredAt: time, task: id })) }),
  list_errors: result({ errors: several(view({ id, number, agent: id, kind: id, severity: id, status: id, count: number, firstAt: time, lastAt: time })) }),
  resolve_error: result({ id, status: id }),
  hand_off: result({ ...handedOff, heldBy, resource: id }),
  clean_up: result({ dryRun: flag, profile: id, keepDays: number, total: number, archived: flag, kept: ids, warnings: list, files: view({}).optional(), removed: view({ agents: z.array(z.string()).optional(), messages: ids, tasks: ids, errors: ids, deliverables: ids }).optional() }),
  recovery_summary: result({ total: number, gone: number, atWork: number, byCommands: number, byStatus: counts, byLevel: view({}).optional(), incomplete: recovered, failed: recovered, notIntegrated: recovered, oldestAt: time, recoveries: counts }),
  clear_recovery: result({ cleared: ids, kept: ids, released: number, tasks: ids }),
  resume_agent: result({ agent: agent.optional(), claims: several(claim), tasks: several(task), checkpoint: checkpoint.optional(), workLog: several(view({ at: time })) }),
  complete_agent: agentResult,
  fail_agent: agentResult,
  set_agent: agentResult,
  save_session: result({ saved: flag, session: session.optional() }),
  list_sessions: result({ sessions: several(session), damaged: several(view({ id })) }),
  session_status: result({ agents: several(agent), last: session.optional() }),
  recover_session: result({ dryRun: flag, session: session.optional(), agent: id, claims: several(granted), refused: several(view({ token: number, heldBy })), open: view({}).optional() }),
  list_runs: result({ runs: several(run) }),
  follow_runs: result({ runs: several(run), locked: list, released: list, registered: list, warnings: list }),
  start_run: result({ run: run.optional(), setAside: list, warnings: list, token: number, resumeFrom: number, heldBy, holders: ids, since: time, expiresAt: time, stale: flag }),
  report_run: runResult,
  finish_run: runResult,
  fail_run: runResult,
  plan_run: runResult,
  validate_run: result({ run: run.optional(), checks: several(view({ passed: z.boolean() })) }),
  compare_runs: result({ same: flag, config: differences, sources: differences, metrics: differences, results: differences, problems: several(view({ line: number })) }),
  recover_runs: result({ dryRun: flag, recovered: several(run), kept: list, warnings: list }),
  deploy: deployed,
  stop_agent: result({ agent: id, status: id, phase: id, pending: flag, left: z.array(z.number()).optional(), exit: view({ code: z.number().nullable().optional(), known: flag }).optional() }),
  restart_agent: deployed,
  agent_log: result({ agent: id, lines: ids }),
  get_plan: result({ plan: plan.optional() }),
  change_plan: result({ plan: plan.optional() }),
  set_tests: result({ passed: number, total: number, at: time }),
  advance_phase: decisionResult,
  correct_decision: marked,
  remove_agent: result({ agent: id, tasks: ids, claims: ids }),
}

/** The shape of a tool's structured answer. */
export function resultOf(tool: string): z.ZodObject {
  const found = Object.hasOwn(results, tool) ? results[tool] : undefined
  if (found === undefined) throw new Error(`${tool} has no schema of what it answers.`)
  return found
}
