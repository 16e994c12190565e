import * as z from 'zod'
import { lineInput, minutesInput, resourceInput, textInput } from './input.js'
import { messageKinds, priorities, requestAnswers } from './words.js'

export const messageInput = z.strictObject({
  /** Agent name or id, `role:lead`, or `all`. */
  to: z.string().min(1).max(200),
  subject: lineInput.default(''),
  body: textInput.default(''),
  /** Sections of the text, behind it: what it is about, what is wrong, and what should be done. */
  context: textInput.optional(),
  issue: textInput.optional(),
  suggestion: textInput.optional(),
  priority: z.enum(priorities).default('normal'),
  kind: z.enum(messageKinds).default('note'),
  deadlineMinutes: minutesInput.optional(),
  checklist: z.array(lineInput).max(100).optional(),
  /** The file, folder, symbol or name it is about: its reader opens it from the message. */
  about: resourceInput.optional(),
})
export type MessageInput = z.input<typeof messageInput>

/** The text with its sections. */
export function withSections<T extends { body: string; context?: string | undefined; issue?: string | undefined; suggestion?: string | undefined }>({ context, issue, suggestion, ...message }: T): Omit<T, 'context' | 'issue' | 'suggestion'> {
  const part = (name: string, text: string | undefined): string | undefined => text && `## ${name}\n\n${text}`
  return { ...message, body: [message.body, part('Context', context), part('Issue', issue), part('Suggestion', suggestion)].filter(Boolean).join('\n\n') }
}

export const helpInput = messageInput.pick({ subject: true, body: true, priority: true, deadlineMinutes: true })
export type HelpInput = z.input<typeof helpInput>

export const answerOptions = z.strictObject({
  /** With `narrow`: what is held on to, within the lock that is let go of. */
  keep: z.array(resourceInput).max(500).default([]),
})
export type AnswerOptions = z.input<typeof answerOptions>
export const requestAnswerInput = z.enum(requestAnswers)

export const readOptions = z.strictObject({
  unread: z.boolean().default(false),
  from: z.string().optional(),
  search: z.string().optional(),
  /** Just these. */
  ids: z.array(z.string()).optional(),
  /** Leave them unread: for lists that a person merely looks at. */
  peek: z.boolean().default(false),
})
export type ReadOptions = z.input<typeof readOptions>

const steps = z.array(z.number().int()).max(100).default([])
/** Steps of a checklist, counted from 1. */
export const tickInput = z.strictObject({ done: steps, open: steps })
export type TickInput = z.input<typeof tickInput>
