import { existsSync, type Stats } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { agentIdOf } from '../core/model/agentId.js'
import type { Said } from '../core/model/takenIn.js'
import { tell } from '../core/tell.js'
import { sumOf, type TakenRecord } from './account.js'
import type { FileSaid } from './agentFilesIn.js'
import { linesOf, type LineProblem } from './formats/lines.js'
import { frontMatter, parseMessage, renderMessage, type MessageFile, type ReadMessage } from './formats/message.js'
import { shownPath, type Ground } from './ground.js'
import { messageFile } from './messageDocuments.js'

/* Messages that agents with nothing but a shell write, and what they write into those they got. */

const STATUS = /^\s*status\s*:/i

/** Bytes of a text that is recorded as a whole; a longer one stays in its file, and this much of it is sent. */
export const LONGEST = 128 * 1024

/** A message in an outbox. What cannot be read of it would be sent as something else: it stays there until that is mended. */
export async function takeOutgoing(ground: Ground, path: string, bytes: Buffer, id: string): Promise<FileSaid> {
  const written = await writtenIn(path)
  const read = parseMessage(bytes.toString('utf8'), basename(path), id, written)
  if (read.file === undefined || read.problems.length > 0) return { problems: read.problems }
  if (agentIdOf(read.file.from) !== id) return { problems: [{ line: 1, reason: tell`It is from ${read.file.from}, and lies in the outbox of ${id}.` }] }
  return send(ground, path, bytes, read, { written, sent: sentPath(path) })
}

/** Where the file of a sent message goes: never over another one. */
function sentPath(path: string): string {
  const folder = join(dirname(path), 'sent')
  for (let n = 1; ; n++) {
    const one = join(folder, n === 1 ? basename(path) : basename(path).replace(/(?=\.md$)/, `-${n}`))
    if (!existsSync(one)) return one
  }
}

/** A message that Muster put there, with something changed in it. */
export async function takeDelivered(ground: Ground, path: string, bytes: Buffer, before: TakenRecord | undefined, reader: string): Promise<FileSaid> {
  const text = bytes.toString('utf8')
  const read = parseMessage(text, basename(path))
  const id = ground.account.files.get(path)?.id?.split('/')[0] ?? read.file?.id ?? before?.message
  if (read.file === undefined) return { problems: read.problems }
  if (id === undefined) return { problems: [{ line: 1, reason: tell`It is no message that was delivered. Put one of your own into outbox/.` }] }
  const records = await ground.source.records()
  const view = [...records.messagesTo((one) => one === reader)].find((one) => one.id === id)
  const own = view && (await messageFile(records, view, reader))
  const tidy = own && own.checklist.length > read.file.checklist.length ? parseMessage(withTidySteps(text), basename(path)) : read
  const steps = tidy.file?.checklist.length === own?.checklist.length ? tidy : read
  const file = steps.file ?? read.file
  const was = own && deliveredAs(ground.account.files.get(path)?.sums ?? [], own)
  const open = was === undefined ? [] : was.checklist.flatMap((step, n) => (step.done && file.checklist[n]?.done === false ? [n + 1] : []))
  const problems = await takeReading(ground, { ...read, file }, id, [reader], open)
  const changed = own && lineChanged(text, file, own)
  if (changed !== undefined) problems.push({ line: changed, reason: tell`What is written into a message that came is not taken in, and the file is left as it is from now on. Answer by a file in outbox/.` })
  if (was !== undefined && !read.unknownStatus && ladder.indexOf(file.status) < ladder.indexOf(was.status)) problems.push({ line: statusLine(text), reason: tell`It was ${was.status} already, which is not taken back; the file is left as it is from now on.` })
  return { problems, ...(own && problems.length === 0 && { all: true as const }), ...(before?.message !== undefined && { message: before.message }) }
}

const ladder: readonly MessageFile['status'][] = ['unread', 'read', 'acknowledged']

/** What was in the file before somebody changed it, where the steps are in it as they are now; else nobody knows what they took back. */
function deliveredAs(sums: readonly string[], own: MessageFile): MessageFile | undefined {
  return ladder.map((status) => ({ ...own, status })).find((file) => sums.includes(sumOf(renderMessage(file))))
}

function statusLine(text: string): number {
  return Math.max(0, linesOf(text).findIndex((line) => STATUS.test(line))) + 1
}

/** Steps as Muster writes them: a tick by hand is `[X]`, or has other blanks. */
function withTidySteps(text: string): string {
  return text.replace(/^[ \t]*[-*+][ \t]+\[([ xX]?)\][ \t]*(.*?)[ \t]*\r?$/gm, (_whole, tick: string, step: string) => `- [${tick.trim() === '' ? ' ' : 'x'}] ${step}`)
}

/** The first line that is not as it was delivered, but for what is read of it: its status, and steps that are done. */
function lineChanged(text: string, file: MessageFile, own: MessageFile): number | undefined {
  const steps = file.checklist.map((step) => step.text)
  const as = renderMessage({ ...own, status: file.status, checklist: own.checklist.map((step, n) => ({ ...step, done: file.checklist[n]?.done ?? step.done })) })
  const isSame = headOf(text) === headOf(as) && file.subject === own.subject && file.body === own.body && file.deadlineMinutes === own.deadlineMinutes && steps.length === own.checklist.length && steps.every((step, n) => step.trim() === own.checklist[n]!.text.trim())
  if (isSame) return undefined
  const [lines, now] = [linesOf(as), linesOf(text)]
  const at = now.findIndex((line, n) => line !== lines[n] && !STATUS.test(line))
  return at < 0 ? Math.max(1, now.length) : at + 1
}

/** Its front matter but for its status, however its lines are put. */
function headOf(text: string): string {
  return [...frontMatter(text)].filter(([key]) => key !== 'status').map(([key, { value }]) => `${key}: ${value}\n`).sort().join('')
}

/** A message among the runs: a new one, or one that its recipient has read. */
export async function takePosted(ground: Ground, path: string, bytes: Buffer, before: TakenRecord | undefined): Promise<FileSaid> {
  const ours = ground.account.files.get(path)?.id
  if (ours !== undefined) return takeDelivered(ground, path, bytes, before, ours.slice(ours.indexOf('/') + 1))
  const written = await writtenIn(path)
  const read = parseMessage(bytes.toString('utf8'), basename(path), undefined, written)
  if (read.file === undefined) return { problems: read.problems }
  if (before?.message !== undefined) return { problems: await takeReading(ground, read, before.message, await readersOf(ground, before.message, read.file.to)), message: before.message }
  // Read before Muster was there: history.
  if (read.file.status !== 'unread') return { problems: read.problems }
  const problems = [...read.problems, ...(read.unknownStatus ? [read.unknownStatus] : [])]
  return problems.length > 0 ? { problems } : send(ground, path, bytes, read, { written })
}

/** Who has read a message when its one file says so: those it is to who read files. Only where that is nobody, every agent of them. */
async function readersOf({ source }: Ground, message: string, to: string): Promise<string[]> {
  const records = await source.records()
  const agents = new Map(records.agents.map((agent) => [agent.id, agent]))
  const { recipients = [] } = [...records.messagesTo(() => true)].find(({ id }) => id === message) ?? {}
  if (recipients.length < 2) return recipients.length === 1 ? [...recipients] : [agentIdOf(to)]
  const byFiles = recipients.filter((one) => agents.get(one)?.client === 'file')
  return byFiles.length > 0 ? byFiles : recipients.filter((one) => agents.get(one)?.kind !== 'person')
}

async function writtenIn(path: string): Promise<number> {
  const now = Date.now()
  return stat(path).then((facts) => putThere(facts, now), () => now)
}

/**
 * When a file came to where it is: what its time to answer counts from. What its text says may be in another zone, and a draft that is
 * copied or moved keeps the time it was written. ms since 1970.
 */
export function putThere({ mtimeMs, ctimeMs }: Pick<Stats, 'mtimeMs' | 'ctimeMs'>, now: number): number {
  return Math.min(Math.max(mtimeMs, ctimeMs), now)
}

/** @param sent Where its file will be; by default it stays */
async function send(ground: Ground, path: string, bytes: Buffer, { file, toLine, unknownDeadline }: ReadMessage, { written, sent }: { written: number; sent?: string }): Promise<FileSaid> {
  const { from, to, at, subject, body, priority, kind = 'note', checklist, deadlineMinutes, replyTo } = file
  // Of a time that is over a minute is left: it is told as late then.
  const minutesLeft = deadlineMinutes === undefined ? undefined : Math.max(Math.ceil(deadlineMinutes - (Date.now() - written) / 60_000), 1)
  const steps = checklist.map(({ text }) => text)
  const done = checklist.flatMap((step, index) => (step.done ? [index + 1] : []))
  const message: NonNullable<Said['message']> = {
    to, subject: subject.slice(0, 2_000), priority, kind,
    // An answer has no steps of its own: they stay in its text.
    body: shortened(replyTo === undefined ? body : [body, ...checklist.map((step) => `- [${step.done ? 'x' : ' '}] ${step.text}`)].join('\n').trimStart(), shownPath(ground, sent ?? path)),
    ...(steps.length > 0 && { checklist: steps }), ...(done.length > 0 && { done }), ...(minutesLeft !== undefined && { deadlineMinutes: minutesLeft }), ...(replyTo !== undefined && { replyTo }),
    ...(at !== undefined && { writtenAt: new Date(at).toISOString() }),
  }
  const answer = await ground.source.takeIn({ agent: from, key: `file.${sumOf(`${basename(path)}\n${sumOf(bytes)}`)}`, message })
  if (!answer.ok) return { problems: [{ line: answer.reason === 'NO_RECIPIENT' ? toLine : 1, reason: answer.hint }] }
  const here = new Set((await ground.source.records()).agents.map(({ id }) => id))
  const waits = (answer.recipients ?? []).filter((one) => !here.has(one)).map((agent) => ({ agent, line: toLine }))
  return { problems: unknownDeadline ? [unknownDeadline] : [], message: answer.message ?? '', ...(sent !== undefined && { sent }), ...(waits.length > 0 && { waits }) }
}

/** A text that fits the records; the rest of a longer one is in its file. */
function shortened(body: string, file: string): string {
  const bytes = Buffer.from(body)
  if (bytes.length <= LONGEST) return body
  // A character that was cut through is left out.
  const begin = bytes.subarray(0, LONGEST).toString('utf8').replace(/\ufffd+$/, '')
  return `${begin}\n\n… The whole text (${Math.round(bytes.length / 1024)} KB) is in ${file}`
}

/** That those who read it have, and which steps are done, or are not after all. @returns what of that cannot be understood */
async function takeReading({ source }: Ground, { file, problems, unknownStatus }: ReadMessage & { file: MessageFile }, message: string, readers: readonly string[], open: readonly number[] = []): Promise<LineProblem[]> {
  const found = [...problems, ...(unknownStatus ? [unknownStatus] : [])]
  const done = file.checklist.flatMap((step, index) => (step.done ? [index + 1] : []))
  const said: Said[] = [
    ...(file.status === 'unread' ? [] : readers.map((agent) => ({ agent, read: { message, status: file.status === 'read' ? 'seen' as const : 'acknowledged' as const } }))),
    ...(done.length + open.length === 0 ? [] : readers.slice(0, 1).map((agent) => ({ agent, ticked: { message, done, open } }))),
  ]
  for (const one of said) {
    const answer = await source.takeIn(one)
    if (!answer.ok) found.push({ line: 1, reason: answer.hint })
  }
  return found
}
