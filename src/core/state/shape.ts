import type { Event } from '../model/events.js'

/**
 * Checks what the fold reads of an event, and nothing else: the same for every reader, whenever it opened the ledger, so that
 * no two disagree on what is understood. What this version writes is checked in full before (model/events.ts).
 */
type Check = (value: unknown) => boolean

const text: Check = (value) => typeof value === 'string'
const number: Check = (value) => typeof value === 'number'
const flag: Check = (value) => typeof value === 'boolean'
const record = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const texts: Check = (value) => Array.isArray(value) && value.every(text)
const areTextsOrNone: Check = (value) => value === undefined || texts(value)
const isTextOrNone: Check = (value) => value === undefined || text(value)
const resource: Check = (value) => record(value) && (value['kind'] === 'name' ? text(value['name']) : text(value['kind']) && text(value['path']) && text(value['tree']))
const resources: Check = (value) => Array.isArray(value) && value.length > 0 && value.every(resource)
const grant: Check = (value) => record(value) && text(value['mode']) && flag(value['attached']) && number(value['ttl'])

const isProcessOrNone: Check = (value) => value === undefined || (record(value) && number(value['pid']) && text(value['start']) && text(value['boot']) && text(value['machine']))

const shapes: { [T in Event['type']]: Record<string, Check> } = {
  'agent.joined': { agent: text, identity: (value) => record(value) && text(value['name']) && text(value['kind']) },
  'agent.checkedIn': { agent: text, fields: record, work: flag },
  'agent.resumed': { agent: text, by: text },
  'agent.removed': { agent: text, by: text },
  'session.opened': { session: text, agent: text, fields: (value) => record(value) && number(value['pid']) && text(value['boot']) && number(value['ttl']) },
  'session.detached': { session: text, ttl: number },
  'session.closed': { session: text },
  'claim.granted': { claim: text, agent: text, resource, grant },
  'claim.renewed': { claim: text },
  'claim.kept': { claim: text },
  'claim.challenged': { claim: text, by: text },
  'claim.ended': { claim: text, how: text, by: text },
  'wait.queued': { wait: text, agent: text, resources, priority: text, grant, process: isProcessOrNone },
  'wait.renewed': { wait: text },
  'wait.ended': { wait: text },
  'message.sent': { message: text, fields: (value) => record(value) && text(value['from']) && texts(value['recipients']) && text(value['thread']) },
  'message.marked': { message: text, agent: text, status: text },
  'message.ticked': { message: text, agent: text, step: number, done: flag },
  'help.closed': { message: text, by: text },
  'decision.proposed': { decision: text, number, proposer: text, fields: record },
  'decision.reviewed': { decision: text, by: text, verdict: text },
  'decision.implemented': { decision: text, by: text, commits: areTextsOrNone, resources: areTextsOrNone },
  'decision.superseded': { decision: text, by: text, replacement: text },
  'decision.corrected': { decision: text, by: text, fields: (value) => record(value) && text(value['title']) && texts(value['alternatives']) && texts(value['consequences']) },
  'plan.changed': { by: text, fields: (value) => record(value) && ['phases', 'milestones', 'checklists'].every((name) => value[name] === undefined || (Array.isArray(value[name]) && value[name].every(record))) },
  'task.added': { task: text, number, by: text, fields: (value) => record(value) && texts(value['dependsOn']) && isTextOrNone(value['assignee']) },
  'task.changed': { task: text, by: text, fields: (value) => record(value) && isTextOrNone(value['assignee']) && isTextOrNone(value['phase']) },
  'task.started': { task: text, agent: text },
  'task.stopped': { task: text, by: text },
  'task.handed': { task: text, by: text, to: text },
  'task.closed': { task: text, by: text, how: text, note: text },
  'error.logged': { error: text, number, agent: text, fields: record },
  'error.repeated': { error: text, severity: text },
  'error.resolved': { error: text, by: text, resolution: text },
  'checkpoint.saved': { agent: text, fields: record },
  'work.logged': { agent: text, text },
  'deliverable.added': { deliverable: text, number, agent: text, fields: record },
  'deliverable.integrated': { deliverable: text, by: text, verdict: text, note: text },
  'summary.written': { agent: text, fields: record },
  'deployment.made': { agent: text, fields: (value) => record(value) && record(value['pool']) && Array.isArray(value['scopes']) && value['scopes'].every(resource) },
  'deployment.changed': { agent: text, deployment: number, fields: record },
  'deployment.asked': { agent: text, by: text, what: text, reason: text },
  'records.removed': { messages: texts, tasks: texts, errors: texts, deliverables: texts },
}

/** Every type of event there is. */
export const eventTypes: readonly string[] = Object.keys(shapes)

const checks = new Map(Object.entries(shapes).map(([type, fields]) => [type, Object.entries(fields)]))

/** What is wrong with an operation; undefined when the fold can take it. */
export function problemOf(op: unknown): string | undefined {
  if (!record(op) || !text(op['key']) || !text(op['by'])) return 'an operation has no key or author'
  if (!Array.isArray(op['events'])) return 'an operation has no events'
  for (const event of op['events'] as unknown[]) {
    if (!record(event) || typeof event['type'] !== 'string') return 'an event has no type'
    const fields = checks.get(event['type'])
    if (!fields) return `an event of type "${event['type']}"`
    for (const [name, check] of fields) if (!check(event[name])) return `${event['type']}.${name}`
  }
  return undefined
}
