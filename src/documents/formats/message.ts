import { localTime } from '../../runs/layout.js'
import { messageKinds, priorities, type MessageKind, type Priority } from '../../core/model/words.js'
import { tell } from '../../core/tell.js'
import { oneLine, readTime, type LineProblem } from './lines.js'
import { partsOf } from './messageParts.js'

/* Messages as Markdown: front matter, `# Message: <subject>`, the text, and at its end what is asked for and until when. */

export interface MessageFile {
  from: string
  to: string
  /** ms */
  at?: number
  priority: Priority
  status: 'unread' | 'read' | 'acknowledged'
  /** Of the record, where Muster delivered it. */
  id?: string
  kind?: MessageKind
  /** Id of the message it answers. */
  replyTo?: string
  subject: string
  body: string
  checklist: readonly { text: string; done: boolean }[]
  deadlineMinutes?: number
}

/** `2025-12-29_15-45-00_guide_to_executor.md`, by the local clock, and where a number goes should there be two. */
export function messageName(at: number, from: string, to: string): { name: string; suffixAt: number } {
  const stamp = localTime(at).replace('T', '_').replaceAll(':', '-')
  return { name: `${stamp}_${from}_to_${to}.md`, suffixAt: stamp.length }
}

/** Sender and recipient by the name of a file, in either of its forms; `_to_` is the clear one. */
export function partiesIn(name: string): { from: string; to: string } | undefined {
  const [, rest] = /^\d{4}-\d\d-\d\d[_T]\d\d[-:]\d\d(?:[-:]\d\d)?(?:-\d+)?_(.+)\.md$/i.exec(name) ?? []
  const [, from, to] = /^(.+?)_to_(.+)$/.exec(rest ?? '') ?? /^([^_]+)_([^_]+)$/.exec(rest ?? '') ?? []
  return from === undefined || to === undefined ? undefined : { from, to }
}

export function renderMessage({ from, to, at, priority, status, id, kind, replyTo, subject, body, checklist, deadlineMinutes }: MessageFile): string {
  const rows: [string, string | undefined][] = [
    ['from', from], ['to', to], ['timestamp', at === undefined ? undefined : localTime(at)], ['priority', priority], ['status', status],
    ['id', id], ['kind', kind === 'note' ? undefined : kind], ['reply_to', replyTo],
  ]
  const title = oneLine(subject)
  return [
    `---\n${rows.flatMap(([key, value]) => (value === undefined ? [] : [`${key}: ${oneLine(value)}\n`])).join('')}---\n\n`,
    `# Message:${title === '' ? '' : ` ${title}`}\n`,
    body === '' ? '' : `\n${body}\n`,
    checklist.length === 0 ? '' : `\n## Action Requested\n${checklist.map(({ text, done }) => `- [${done ? 'x' : ' '}] ${oneLine(text)}\n`).join('')}`,
    deadlineMinutes === undefined ? '' : `\n## Response Deadline\n${deadlineText(deadlineMinutes)}\n`,
  ].join('')
}

function deadlineText(minutes: number): string {
  const whole = Math.max(0.001, Number(minutes.toFixed(3)))
  const [count, unit] = whole % 60 === 0 ? [whole / 60, 'hour'] : [whole, 'minute']
  return `Within ${count} ${unit}${count === 1 ? '' : 's'}`
}

export interface ReadMessage {
  file: MessageFile
  problems: LineProblem[]
  /** Of its status, which matters only where somebody got it. */
  unknownStatus?: LineProblem
  /** Of its deadline, which its text has as it was written. */
  unknownDeadline?: LineProblem
  /** Where it says to whom it is. */
  toLine: number
}

/**
 * @param name Of the file: says who wrote to whom where the front matter does not.
 * @param sender Where neither says who it is from
 * @param now What a time of day in its deadline is counted from, ms since 1970
 * @returns without `file` where it is no message
 */
export function parseMessage(text: string, name: string, sender?: string, now = Date.now()): ReadMessage | { file?: undefined; problems: LineProblem[] } {
  const [head = '', matter] = MATTER.exec(text) ?? []
  const parties = partiesIn(name)
  const problems: LineProblem[] = []
  const fields = matter === undefined ? new Map<string, { value: string; line: number }>() : fieldsIn(matter)
  const value = (key: string): string | undefined => fields.get(key)?.value || undefined
  const from = value('from') ?? parties?.from ?? sender
  const to = listed(value('to')) ?? parties?.to
  if (from === undefined || to === undefined) return { problems: [{ line: 1, reason: matter === undefined ? tell`It does not begin with front matter (--- from: … to: … ---).` : from === undefined ? tell`The front matter does not say from whom it is.` : tell`The front matter does not say to whom it is.` }] }
  const wrong = (key: string, reason: string): void => void problems.push({ line: fields.get(key)!.line, reason })
  const at = value('timestamp') === undefined ? undefined : readTime(value('timestamp')!)
  if (value('timestamp') !== undefined && at === undefined) wrong('timestamp', tell`timestamp is no time. Write it as in 2025-12-29T15:45:00.`)
  const priority = priorityOf(value('priority'))
  if (priority === undefined) wrong('priority', tell`priority is none of low, normal, high and urgent.`)
  const kind = messageKinds.find((known) => known === value('kind')?.toLowerCase())
  if (value('kind') !== undefined && kind === undefined) wrong('kind', tell`kind is none of ${messageKinds.join(', ')}.`)
  const status = statusOf(value('status'))
  const [id, replyTo] = [value('id'), value('reply_to')]
  const common = {
    from, to, priority: priority ?? 'normal', status: status ?? 'unread',
    ...(at !== undefined && { at }), ...(id !== undefined && { id }), ...(kind !== undefined && { kind }), ...(replyTo !== undefined && { replyTo }),
  }
  const { unknownDeadline, ...content } = id === undefined ? foreignContent(head, text.slice(head.length), now) : contentOf(text, text.slice(head.length), (one) => renderMessage({ ...common, ...one }))
  return { file: { ...common, ...content }, problems, toLine: fields.get('to')?.line ?? 1, ...(unknownDeadline && { unknownDeadline }), ...(status === undefined && { unknownStatus: { line: fields.get('status')!.line, reason: tell`status is none of unread, read and acknowledged.` } }) }
}

const MATTER = /^\ufeff?---[ \t]*\r?\n([^]*?)(?<=\n)---[ \t]*(?:\r?\n|$)/

/** What its front matter says, with the lines it is in. */
export function frontMatter(text: string): Map<string, { value: string; line: number }> {
  return fieldsIn(MATTER.exec(text)?.[1] ?? '')
}

function fieldsIn(matter: string): Map<string, { value: string; line: number }> {
  const fields = new Map<string, { value: string; line: number }>()
  matter.split(/\r?\n/).forEach((row, index) => {
    const [, key, value = ''] = /^\s*([A-Za-z_-]+)\s*:\s*(.*?)\s*$/.exec(row) ?? []
    if (key !== undefined) fields.set(key.toLowerCase().replaceAll('-', '_'), { value: value.replace(/^(["'])(.*)\1$/, '$2'), line: index + 2 })
  })
  return fields
}

function priorityOf(text = 'normal'): Priority | undefined {
  const word = text.toLowerCase()
  return priorities.find((known) => known === word) ?? ({ medium: 'normal', critical: 'urgent', p0: 'urgent' } as const)[word as 'medium']
}

/** Several recipients as YAML has them in one line. */
function listed(text: string | undefined): string | undefined {
  const [, inner] = /^\[(.*)\]$/s.exec(text ?? '') ?? []
  return inner === undefined ? text : inner.split(',').map((one) => one.trim().replace(/^(["'])(.*)\1$/, '$2')).filter((one) => one !== '').join(', ') || undefined
}

function statusOf(text = 'unread'): MessageFile['status'] | undefined {
  const word = text.toLowerCase()
  return word === 'read' || word === 'seen' ? 'read' : ['acknowledged', 'ack', 'answered', 'done'].includes(word) ? 'acknowledged' : ['unread', 'new', 'sent', 'open'].includes(word) ? 'unread' : undefined
}

type Content = Pick<MessageFile, 'subject' | 'body' | 'checklist' | 'deadlineMinutes'>

const STEPS = /\n#{1,6}[ \t]+Action Requested[^\n]*\n((?:[ \t]*[-*+] \[[ xX]?\] ?[^\n]*(?:\n|$)|[ \t]*\r?\n)+)\r?$/i
const DEADLINE = /\n#{1,6}[ \t]+Response Deadline[^\n]*\n\s*([^\n]+?)\s*$/i

/** What somebody else wrote below the front matter. */
function foreignContent(head: string, rest: string, now: number): Content & { unknownDeadline?: LineProblem } {
  const { subject, titled, after } = titleOf(rest)
  return { subject, ...partsOf(after, (head + titled).split('\n').length, now) }
}

function titleOf(rest: string): { subject: string; titled: string; after: string } {
  const [titled = '', title = ''] = /^(?:[ \t]*\r?\n)*#[ \t]+(?:Message:)?[ \t]*([^\n]*?)[ \t]*(?:\r?\n|$)/i.exec(rest) ?? []
  return { subject: title.trim(), titled, after: rest.slice(titled.length) }
}

/**
 * What is below the front matter of one of ours. Sections at its end that look like a checklist or a deadline are taken for
 * them, unless they are part of its text: it reads as what it was made of.
 */
function contentOf(whole: string, rest: string, render: (content: Content) => string): Content & { unknownDeadline?: undefined } {
  const { subject, after } = titleOf(rest)
  const readings = [[true, true], [true, false], [false, true], [false, false]].map(([steps, deadline]) => reading(subject, after, steps!, deadline!))
  return readings.find((content) => render(content) === whole) ?? { ...readings[0]!, body: readings[0]!.body.replace(/^(?:[ \t]*\r?\n)+/, '').trimEnd() }
}

function reading(subject: string, after: string, withSteps: boolean, withDeadline: boolean): Content {
  let text = `\n${after}`
  const due = withDeadline ? DEADLINE.exec(text) : null
  const deadlineMinutes = due ? minutesIn(due[1]!) : undefined
  if (due && deadlineMinutes !== undefined) text = text.slice(0, due.index)
  const steps = withSteps ? STEPS.exec(text) : null
  if (steps) text = text.slice(0, steps.index)
  const checklist = steps ? [...steps[1]!.matchAll(/^[ \t]*[-*+] \[([ xX]?)\] ?(.*?)[ \t]*\r?$/gm)].map(([, tick = '', step = '']) => ({ text: step, done: tick.trim() !== '' })) : []
  return { subject, body: bodyOf(text.slice(1)), checklist, ...(deadlineMinutes !== undefined && { deadlineMinutes }) }
}

/** Ours has an empty line above it and its end of line below. */
function bodyOf(text: string): string {
  return text.startsWith('\n') && text.endsWith('\n') && text.length > 1 ? text.slice(1, -1) : text
}

function minutesIn(text: string): number | undefined {
  const [, count, unit = ''] = /\b(\d+(?:\.\d+)?)\s*(minutes?|mins?|hours?|hrs?|h|days?|d)\b/i.exec(text) ?? []
  const minutes = Number(count) * (/^h/i.test(unit) ? 60 : /^d/i.test(unit) ? 24 * 60 : 1)
  return minutes > 0 && minutes <= 365 * 24 * 60 ? minutes : undefined
}
