import type { Agent, AgentFields } from '../model/agent.js'
import { mayBecome } from '../model/agentStatus.js'
import type { Message } from '../model/message.js'
import type { DeliverableFields } from '../model/report.js'
import type { Said, TakenIn } from '../model/takenIn.js'
import { nextId } from '../state/ids.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { tickRule } from './checklist.js'
import { markRule, replyRule, sendRule, sentBefore, sentIn } from './message.js'
import { seenAt } from './presence.js'
import { isPerson, Plan, refuse, type Context, type Rule } from './rule.js'

/** Client of agents that are known by their files only. */
const FILE_CLIENT = 'file'

/** ms after which what somebody wrote is of then, and not of now. */
const AGO = 60_000

export interface TakeInCommand {
  said: Said
  /** Id of the person that git names here, who may not have acted yet. */
  person?: string | undefined
  /** The message that is marked or answered, where it has left the state. */
  retired?: Message | undefined
}

/**
 * Takes down what somebody with nothing but a shell wrote into a file, in the name of the agent it is from, whoever looked.
 * Files cannot speak for persons: only what they have read is taken from theirs.
 */
export const takeInRule: Rule<TakeInCommand, TakenIn, Extract<TakenIn, { ok: false }>> = {
  decide(state, { said, retired, person }, context) {
    const known = state.agents.get(context.agent)
    const plan = new Plan(state, context.stamp)
    // Whoever is an agent only because a file said so is a person after all.
    const isThePerson = context.agent === person && (known === undefined || known.client === FILE_CLIENT)
    if ((isPerson(known) || isThePerson) && !said.read) return refuse('PERSON', tell`${known?.name ?? said.agent} is a person here: no file speaks for one. Use another name.`)
    if (said.read) {
      const marked = markRule.decide(state, { messages: [said.read.message], status: said.read.status, retired }, context)
      if ('refusal' in marked) return refuse('NOT_FOUND', marked.refusal.hint)
      return marked
    }
    if (said.ticked) return tickRule.decide(state, { ...said.ticked, retired }, context)
    if (!known) plan.add({ type: 'agent.joined', agent: context.agent, identity: { name: said.agent, kind: 'agent', client: FILE_CLIENT, ...(said.tree !== undefined && { tree: said.tree }) } })
    const seen = known ? seenAt(state, known).at : 0
    const at = said.at === undefined ? context.stamp.at : Math.max(said.at, seen)
    // Its last sign of life is when it wrote this, and not when somebody looked.
    const written = context.stamp.at - at < AGO ? undefined : { seq: context.stamp.seq, at }
    if (said.fields) checkIn(plan, { ...said.fields, ...(written && { written }) }, context.agent)
    if (said.log !== undefined) plan.add({ type: 'work.logged', agent: context.agent, text: said.log })
    if (said.made) deliver(plan, said.made, context.agent)
    if (said.message) {
      const refusal = send(plan, said.message, retired, context)
      if (refusal) return { refusal }
    }
    if (written && !said.fields && plan.events.length > 0) plan.add({ type: 'agent.checkedIn', agent: context.agent, fields: { written }, work: false })
    return { events: plan.events }
  },
  answer(events, _stamp, state, { said: { message } }, context) {
    const sent = sentIn(events) ?? (message && sentBefore(state, { ...message, from: context.agent }, context))
    return { ok: true, agent: context.agent, ...(sent && { message: sent.id, recipients: sent.recipients }) }
  },
}

/** What is finished is taken up again first where its file says otherwise: nobody is there to be told to. */
function checkIn(plan: Plan, fields: AgentFields & Pick<Agent, 'written'>, agent: string): void {
  const before = plan.state.agents.get(agent)?.status
  if (before !== undefined && fields.status !== undefined && !mayBecome(before, fields.status)) plan.add({ type: 'agent.checkedIn', agent, fields: { status: 'working' }, work: true })
  plan.add({ type: 'agent.checkedIn', agent, fields, work: true })
}

function deliver(plan: Plan, made: NonNullable<Said['made']>, agent: string): void {
  const own = [...plan.state.deliverables.values()].filter((one) => one.agent === agent)
  const had = (list: (one: DeliverableFields) => readonly string[]): Set<string> => new Set(own.flatMap(list))
  const [endpoints, tests] = [had((one) => one.endpoints), had((one) => one.tests)]
  const files = new Map(own.flatMap((one) => one.files).map((file) => [file.path, `${file.size} ${file.purpose}`]))
  const fresh = {
    files: made.files.filter(({ path, size, purpose }) => files.get(path) !== `${size} ${purpose}`),
    endpoints: made.endpoints.filter((one) => !endpoints.has(one)),
    tests: made.tests.filter((one) => !tests.has(one)),
  }
  const isReady = own.at(-1)?.integrationReady ?? false
  if (fresh.files.length + fresh.endpoints.length + fresh.tests.length === 0 && isReady === made.integrationReady) return
  const { id, number } = nextId(plan.state, 'deliverable')
  plan.add({ type: 'deliverable.added', deliverable: id, number, agent, fields: { title: '', notes: '', ...fresh, integrationReady: made.integrationReady } })
}

function send(plan: Plan, { replyTo, done = [], ...message }: NonNullable<Said['message']>, retired: Message | undefined, context: Context): Extract<TakenIn, { ok: false }> | undefined {
  const state: State = plan.state
  const sent = replyTo === undefined
    ? sendRule.decide(state, message, context)
    : replyRule.decide(state, { message: replyTo, body: message.body, retired }, context)
  if ('refusal' in sent) return { ok: false, reason: sent.refusal.reason, hint: sent.refusal.hint }
  if (!('events' in sent)) return undefined
  for (const event of sent.events) plan.add(event)
  const id = sentIn(sent.events)?.id
  if (id !== undefined && replyTo === undefined) for (const step of done) plan.add({ type: 'message.ticked', message: id, agent: context.agent, step, done: true })
  return undefined
}
