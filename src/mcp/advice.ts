import type { Muster } from '../core/muster.js'

type Refused<T> = T extends { ok: false; reason: infer R extends string } ? R : never
/** Every reason an operation can be refused for. */
export type Reason = { [K in keyof Muster]: Muster[K] extends (...args: never[]) => Promise<infer R> ? Refused<R> : never }[keyof Muster]

/** What a refused agent may do next, in words of ours only: hints of the rules hold names that others chose. */
const advice: Readonly<Record<Reason, string>> = {
  HELD: 'Do not edit it. Claim again with wait to queue for it, ask its holder with send_message (kind request_release), or work on something else.',
  QUEUED: 'You are in line. Call claim again with the same resources and wait to go on waiting; your place is kept for a minute. Or work on something else.',
  TOO_BROAD: 'Claim the folder or the files you will change; force only if it must be everything.',
  DIRTY: 'Somebody left changes there that are not committed. Look at them with git; then ask a person, or claim with takeOver and force.',
  CHALLENGED: 'The holder may still be there and was asked to answer. Call claim again with the same resources and takeOver to go on waiting for that: within a minute it is yours or the holder is back.',
  NOT_STALE: 'The holder is still there: wait, ask it with send_message (kind request_release), or work on something else.',
  DEADLOCK: 'The holder waits for something you hold. Release that first, or work on something else.',
  NOT_HELD: 'You do not hold it. Claim it before you go on.',
  NOT_WAITING: 'You are not in line for it: nothing is left to do.',
  TAKEN_OVER: 'Somebody took it over. Stop writing to it, and claim it again before you go on.',
  NOT_FOUND: 'There is no such id here. Look it up before you try again.',
  WRONG_STATUS: 'As things stand this cannot be done. Look at how they stand before you try again.',
  NO_RECIPIENT: 'Nobody is meant by this name. Use an id from startup, role:lead or all.',
  PERSON_ONLY: 'Only a person may do this. Ask one, and go on with something that does not depend on it.',
  OWN_DECISION: 'A person has to decide on it. Go on with something that does not depend on it.',
  CONFLICT: 'It is as somebody else left it; your version is saved beside it. Read it again and make your change there.',
  NOTHING: 'You hold nothing that could be handed off. Send a message instead.',
  NOT_YOURS: 'Only what is yours can be handed off.',
  NOT_NARROWER: 'Name parts of what you hold, or answer keep.',
  NONE: 'No open task is free for you. Ask the person you work for what is to be done, or add a task.',
  NOT_STARTED: 'Nobody has started it. Start it first, so that no two do the same.',
  STARTED: 'Another agent is at work on it. Take the next task, or ask that agent to hand it on.',
  ASSIGNED: 'It is meant for another agent. Take the next task, or have it assigned to you.',
  BLOCKED: 'It waits for the tasks in blockedBy. Do those first, or take the next task.',
  CYCLE: 'It would come to depend on itself. Leave out what leads back to it.',
  IN_USE: 'A running process speaks for that agent. Let it finish, or send it a message.',
  HOLDS: 'It still holds locks. Claim them with takeOver, or ask a person to release them, first.',
  NO_STEP: 'Its checklist has no such step. Steps count from 1; a message without a checklist is acknowledged instead.',
  READ_ONLY: 'You were deployed to read only. Change nothing, and report what you find.',
  AGENT_IN_USE: 'An agent of that name is at work. Choose another name, or send it a message.',
  NOT_AN_AGENT: 'That is the name of a person. Choose another one.',
  KIND_OFF: 'Workers of that kind are switched off. Deploy another kind, or ask a person.',
  SCOPE_TAKEN: 'Another worker has files of that scope. Choose a scope that does not overlap, or deploy a read-only worker.',
  NO_TEMPLATE: 'There is no such command template. Only a person sets them up: ask one.',
  NO_GIT: 'There is no git repository to commit to. Nothing is left to do.',
  NO_COMMAND: 'Its command is not known any more. Deploy it anew, or ask a person.',
  START_FAILED: 'Its process could not be started. Ask a person to look at its command.',
  NOT_DEPLOYED: 'Muster did not start it, so it cannot stop or start it either. Send it a message.',
  NOT_RUNNING: 'It does not run.',
  NO_LOG: 'It has no log: it runs in a terminal, or has not begun.',
  RUNNING: 'One of that name is at work. Wait for it to end, or choose another name.',
  COMPLETED: 'It was run already: use its results. For another one choose another name; again only if it must be run anew.',
  PLANNED: 'Somebody planned it already: change its README, or choose another name.',
  CHECK_FAILED: 'Its results do not count yet. Look at checks for what is missing, and see to that or tell whose run it is.',
  NOTHING_TO_RESUME: 'Nothing of that name has stopped. Start it without resume.',
  OPEN_CRITERIA: 'Not all that must be true of the phase is. Do what is open, tick it off with change_plan, then try again.',
  NO_SCOPE: 'It has no scope. Name files or folders in scopes that nobody else changes.',
  NOTHING_DELIVERED: 'That worker has delivered nothing. Save what it wrote with save_output, or wait until it delivers.',
  OWN_DELIVERABLE: 'Whoever takes it over says whether it is integrated. Ask another agent or a person.',
  DECIDED: 'It is decided already. Leave it so, or pass replace: true to change the verdict on purpose.',
}

const message = { NOT_FOUND: 'There is no such message for you. Look its id up with read_messages (unread: false).' }
const decision = { NOT_FOUND: 'There is no such decision. Look its id up with list_decisions.' }
const task = { NOT_FOUND: 'There is no such task. Look its id up with list_tasks.', WRONG_STATUS: 'That task is over. Add another one for what is left, or call next_task.' }
const scope = { SCOPE_TAKEN: 'Another worker has files of that scope. Choose a scope that does not overlap, or have one task wait for the other.' }
const agent = { NOT_FOUND: 'Nobody here is called that. Look the id up with list_agents.' }
const run = { NOT_FOUND: 'There is no such run. Look its name up with list_runs.', NOT_YOURS: 'It is another agent\'s run. Leave it alone; recover_runs is for those that have stopped.', WRONG_STATUS: 'It is not at work. Look with list_runs how it stands; start_run with resume goes on with one that stopped.' }
const ended = { ...agent, WRONG_STATUS: 'It has ended in another way already. If it goes on, it has to check in with status working first.' }
const help = { ...message, WRONG_STATUS: 'That is no open request for help. Reply to it if there is more to say.' }
const handOff = { NOT_FOUND: 'There is no such agent or task. Ids are in the answer of startup; you cannot hand off to yourself.' }
const unheld = 'Nobody else holds it: claim it.'

/** Where what to do depends on what was tried. */
const byTool: Readonly<Record<string, Readonly<Partial<Record<Reason, string>>>>> = {
  check_in: { WRONG_STATUS: 'Your status does not lead there. If you go on, check in with status working first.' },
  release: handOff,
  update_document: { HELD: 'Nothing was written; your version is saved beside it. Try again later, or ask the holder.' },
  hand_off: handOff,
  send_message: { ...help, NOT_HELD: unheld },
  ask_for_release: { NOT_HELD: unheld },
  force_release: { NOT_HELD: unheld },
  reply: message,
  acknowledge: message,
  tick_checklist: message,
  read_messages: message,
  close_help: help,
  answer_request: { ...message, WRONG_STATUS: 'You have answered that already. To let go of the lock now, release it.' },
  review_decision: { ...decision, WRONG_STATUS: 'It was decided on already. To change course, propose another decision.' },
  implement_decision: { ...decision, WRONG_STATUS: 'Only an approved decision can be implemented. One that is proposed waits for a person; in place of one that is over, propose another.' },
  supersede_decision: { ...decision, WRONG_STATUS: 'One of the two is over already, or both are the same. Look with list_decisions which one holds now.' },
  start_task: task,
  complete_task: task,
  change_task: { ...task, ...scope },
  add_task: { ...task, NOT_FOUND: 'One of the tasks it depends on does not exist. Look their ids up with list_tasks.' },
  deliver: { NOT_FOUND: task.NOT_FOUND },
  make_ticket: { ...task, ...scope },
  save_output: agent,
  integrate_worker: agent,
  integrate: { NOT_FOUND: 'There is no such deliverable. Look its id up with list_deliverables.' },
  resolve_error: { NOT_FOUND: 'There is no such error. Look its id up with list_errors.', WRONG_STATUS: 'It is resolved already. If it happens again, log it again.' },
  get_agent: agent,
  set_agent: { ...agent, CYCLE: 'It would work under itself. Name another parent.' },
  complete_agent: ended,
  fail_agent: ended,
  remove_agent: { ...agent, IN_USE: 'A running process speaks for it, or it is you. Complete it, and leave removing it to somebody else once it has ended.' },
  resume_agent: { ...agent, WRONG_STATUS: 'It is done, or a person: there is nothing to go on with.', IN_USE: 'It is at work itself. Send it a message instead.' },
  recover_session: { NOT_FOUND: 'There is no such save. Look with list_sessions which there are.' },
  report_run: run,
  validate_run: run,
  compare_runs: run,
  finish_run: run,
  fail_run: run,
  recover_runs: { ...run, WRONG_STATUS: 'It is at work, or over: there is nothing to set aside. Resume one that failed with start_run.' },
  clear_recovery: { ...agent, WRONG_STATUS: 'It is done, or a person, and needs no recovery.', IN_USE: 'It is at work itself. Let it finish.' },
}

/** What a tool's refusal is advised on. */
export interface Refusal {
  tool: string
  reason: string
  stale?: boolean
}

/** One or two sentences on what to do after a refusal. */
export function adviceFor({ tool, reason, stale = false }: Refusal): string {
  if (reason === 'HELD' && stale) return 'Its holder is gone or silent: claim it with takeOver, or work on something else.'
  const special = Object.hasOwn(byTool, tool) ? byTool[tool]?.[reason as Reason] : undefined
  return special ?? (Object.hasOwn(advice, reason) ? advice[reason as Reason] : 'It was refused. Go on with something else, or ask a person.')
}
