import type { Claim } from '../model/claim.js'
import type { Message, RequestAnswer } from '../model/message.js'
import type { AnswerResult, AskResult } from '../model/operations.js'
import { collides, covers } from '../model/overlap.js'
import { resourceKey, resourceLabel, type Resource } from '../model/resource.js'
import type { State } from '../state/state.js'
import { tell } from '../tell.js'
import { conflictingClaims, exactClaim, overlappingClaims } from './conflicts.js'
import { grantOne } from './grant.js'
import { addReply, replyTo, SAME_MESSAGE_MS, sentIn } from './message.js'
import { notify } from './notify.js'
import { ageMs } from './presence.js'
import { servedIn, serveQueue } from './queue.js'
import { Plan, refusal, refuse, type Context, type Rule } from './rule.js'

export interface AskCommand {
  resource: Resource
  text: string
}

/** Asks everybody whose lock is in the way to let go of it; the same words for the same lock only once in ten minutes. */
export const askRule: Rule<AskCommand, Extract<AskResult, { ok: true }>, Extract<AskResult, { ok: false }>> = {
  decide(state, command, context) {
    const claims = inTheWay(state, command.resource, context.agent)
    if (claims.length === 0) return refuse('NOT_HELD', tell`Nobody else holds ${resourceLabel(command.resource)}: claim it.`)
    const plan = new Plan(state, context.stamp)
    for (const claim of claims) {
      if (askedBefore(state, claim, command.text, context) === undefined) notify(plan, context.agent, claim.holder, 'ask', claim, `Please release ${resourceLabel(claim.resource)}`, command.text)
    }
    return { events: plan.events }
  },

  answer(events, _stamp, state, command, context) {
    const known = inTheWay(state, command.resource, context.agent).flatMap((claim) => askedBefore(state, claim, command.text, context) ?? [])
    const sent = events.flatMap((event) => (event.type === 'message.sent' ? [event.message] : []))
    const asked = [...new Set([...known, ...sent])].map((id) => ({ id, to: state.messages.get(id)?.to ?? '' }))
    return { ok: true, id: asked[0]?.id ?? '', to: asked[0]?.to ?? '', asked }
  },
}

/** One claim of each holder that keeps the resource from `agent`; the one on exactly that resource before others. */
function inTheWay(state: State, resource: Resource, agent: string): Claim[] {
  const key = resourceKey(resource)
  const claims = overlappingClaims(state, resource).filter((claim) => claim.holder !== agent && collides(claim.resource, resource))
  const exactFirst = [...claims.filter((claim) => resourceKey(claim.resource) === key), ...claims.filter((claim) => resourceKey(claim.resource) !== key)]
  return exactFirst.filter((claim, i) => exactFirst.findIndex((other) => other.holder === claim.holder) === i)
}

function askedBefore(state: State, claim: Claim, text: string, context: Context): string | undefined {
  return (state.sentBy.get(context.agent) ?? []).find((id) => {
    const { about, body, sent } = state.messages.get(id) ?? {}
    return about?.act === 'ask' && about.claim === claim.id && body === text && sent !== undefined && ageMs(sent, context.stamp) <= SAME_MESSAGE_MS
  })
}

export interface AnswerCommand {
  /** Id of the message that asked. */
  request: string
  answer: RequestAnswer
  text: string
  /** The request, where it has left the state. */
  retired?: Message | undefined
  /** With `narrow`: what to hold on to. Nothing: the holder will see to it itself. */
  keep: readonly Resource[]
}

/** The holder's answer to a request for its lock: lets go of it or of a part of it, or not, and tells the one who asked. */
export const answerRule: Rule<AnswerCommand, Extract<AnswerResult, { ok: true }>, Extract<AnswerResult, { ok: false }>> = {
  decide(state, command, context) {
    const request = state.messages.get(command.request) ?? command.retired
    const mine = request?.about?.act === 'ask' && Object.hasOwn(request.delivery, context.agent) ? request.delivery[context.agent] : undefined
    if (!request || !mine) return refuse('NOT_FOUND', tell`There is no request ${command.request} for a lock of yours. Read your messages to see its id.`)
    if (mine.status === 'answered') return refuse('WRONG_STATUS', tell`You have answered ${request.id} already. To let go of the lock now, release it.`)
    const claim = askedFor(state, request.about?.claim, context.agent)
    const frees = command.answer === 'release' || (command.answer === 'narrow' && command.keep.length > 0)
    if (command.answer === 'narrow' && frees && !claim) return refuse('NOT_HELD', tell`You do not hold ${request.about?.resource ?? tell`it`} any more. Answer "release" instead.`)
    if (claim && frees && claim.token === context.stamp.seq) return { later: true }

    const plan = new Plan(state, context.stamp)
    if (claim && frees) {
      plan.add({ type: 'claim.ended', claim: claim.id, how: 'released', by: context.agent, ...(command.text !== '' && { message: command.text }) })
      if (command.answer === 'narrow') {
        const refusal = keepParts(plan, claim, command.keep, context)
        if (refusal) return { refusal }
      }
    }
    const { act: _act, ...about } = request.about!
    addReply(plan, request, { ...replyTo(request, context.agent, command.text || words[command.answer]), about: { ...about, act: 'answer', answer: command.answer } })
    if (claim && frees) serveQueue(plan, context)
    return { events: plan.events }
  },

  answer(events, _stamp, state, command, context) {
    const request = state.messages.get(command.request) ?? command.retired
    return {
      ok: true,
      id: sentIn(events)?.id ?? '',
      to: request?.from ?? '',
      answer: command.answer,
      resource: request?.about?.resource ?? '',
      released: events.some((event) => event.type === 'claim.ended'),
      kept: command.answer !== 'narrow' ? [] : command.keep.flatMap((resource) => {
        const claim = exactClaim(state, context.agent, resource)
        return claim ? [{ resource: resourceLabel(resource), token: claim.token }] : []
      }),
      grantedTo: servedIn(events),
    }
  },
}

const words: Record<RequestAnswer, string> = {
  release: 'Released.',
  narrow: 'I will keep only the part I need.',
  keep: 'I still need it.',
}

function askedFor(state: State, id: string | undefined, agent: string): Claim | undefined {
  const claim = id === undefined ? undefined : state.claims.get(id)
  return claim?.holder === agent ? claim : undefined
}

/** Grants the parts that the holder goes on with; the claim on the whole has ended just before. */
function keepParts(plan: Plan, claim: Claim, parts: readonly Resource[], context: Context): Extract<AnswerResult, { ok: false }> | undefined {
  const { resource: whole, holder, token: _token, granted: _granted, renewed: _renewed, challenge: _challenge, id: _id, progress: _progress, message: _message, ...grant } = claim
  for (const part of parts) {
    const fits = covers(whole, part) && resourceKey(whole) !== resourceKey(part) && conflictingClaims(plan.state, holder, part, claim.mode).length === 0
    if (!fits) return refusal('NOT_NARROWER', tell`${resourceLabel(part)} is not a part of ${resourceLabel(whole)}. Name files, folders or symbols within it, or answer "keep".`)
    grantOne(plan, context.agent, part, grant, context)
  }
  return undefined
}
