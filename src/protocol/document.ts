import * as z from 'zod'

/** Commands that a document's buttons may ask for; each is about the document itself. */
const acts = ['muster.replyMessage', 'muster.acknowledgeMessage', 'muster.closeHelp', 'muster.release', 'muster.keepLock', 'muster.narrowLock', 'muster.approveDecision', 'muster.rejectDecision', 'muster.implementDecision', 'muster.supersedeDecision', 'muster.startTask', 'muster.completeTask', 'muster.resolveError'] as const
export type DocumentAct = (typeof acts)[number]

/** A button above the text: a command, or something to open. */
export type DocumentButton = { label: string; /** Not what is likely wanted. */ quiet?: true } & ({ act: DocumentAct } | { open: Opened; name: string } | { report: ReportAct })

/** What is done with a report as a whole: `again` makes it anew, `lead` makes the reader the lead. */
const reportActs = ['copy', 'save', 'again', 'lead'] as const
export type ReportAct = (typeof reportActs)[number]

/** What a link leads to: a file or folder of the working tree, a commit of git, a decision or a task. */
const opened = ['file', 'commit', 'decision', 'task'] as const
export type Opened = (typeof opened)[number]

/** A text of others in Markdown, and what the editor made of it: not to be trusted, the page takes over what it knows. */
export interface Said {
  text: string
  html: string
}

/** What the page shows. `html` holds text of others only escaped; elements with `data-said` are filled with those `said`. */
export interface DocumentContent {
  title: string
  html: string
  said: readonly Said[]
  /** On the button between a text as it was written and as it is shown. */
  words: { written: string; formatted: string }
  buttons: readonly DocumentButton[]
}

/** What the page is told: whenever it is ready, and when something has changed. `address` names the document after a reload. */
export type ToDocument = { type: 'content'; address: string; content: DocumentContent }

/** Of the document that the page shows: another one may be on its way already. */
const address = z.string().max(5_000)

/** What the page may ask of the editor: nothing else is listened to. */
export const documentRequest = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('ready') }),
  z.strictObject({ type: z.literal('act'), address, act: z.enum(acts) }),
  /** A step of the checklist, counted from 1. */
  z.strictObject({ type: z.literal('tick'), address, step: z.number().int().positive(), done: z.boolean() }),
  z.strictObject({ type: z.literal('open'), address, open: z.enum(opened), name: z.string().min(1).max(5_000) }),
  z.strictObject({ type: z.literal('report'), address, do: z.enum(reportActs) }),
])
export type DocumentRequest = z.infer<typeof documentRequest>
