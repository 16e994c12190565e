import { linesOf, oneLine, type LineProblem } from '../formats/lines.js'
import { inline } from '../project/text.js'
import { sumOfText } from '../sections.js'

/* Tickets for workers, as Markdown made from a template whose `{{placeholders}}` are filled in. */

/** What a ticket is filled from. */
export interface TicketContent {
  worker: string
  /** Its id, as `T-3`. */
  task: string
  title: string
  priority: string
  phase: string
  brief: string
  scope: readonly string[]
  acceptance: readonly string[]
}

const listed = (texts: readonly string[]): string => (texts.length === 0 ? '- none' : texts.map((text) => `- ${inline(text)}`).join('\n'))

/** Markdown as its writer meant it, without what a terminal would act on. */
function written(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/[\p{Cc}\p{Cs}\u202a-\u202e\u2066-\u2069]/gu, (one) => (one === '\n' || one === '\t' ? one : '')).trim()
}

const placeholders: Readonly<Record<string, (ticket: TicketContent) => string>> = {
  worker: ({ worker }) => inline(worker),
  task: ({ task }) => task,
  title: ({ title }) => inline(title),
  priority: ({ priority }) => priority,
  phase: ({ phase }) => inline(phase) || 'none',
  brief: ({ brief, title }) => written(brief) || inline(title),
  scope: ({ scope }) => listed(scope),
  acceptance: ({ acceptance }) => listed(acceptance),
}

export const builtInTemplate = `# Ticket: {{worker}}

**Task:** {{task}} {{title}}
**Priority:** {{priority}}
**Phase:** {{phase}}

## Brief

{{brief}}

## Scope

Work on nothing but:

{{scope}}

## Acceptance

{{acceptance}}

## Rules

- Read STATUS.md and AGENTS.md first.
- Nobody else works in this scope, and you work nowhere else. Lock what you change: \`muster claim FILE --agent {{worker}}\`
- Report what you did and found as your output; do not commit. The lead integrates it.
`

/** The same bytes for the same template and content. What the template has in braces and nobody knows stays, and is told of with its line. */
export function renderTicket(template: string, ticket: TicketContent): { text: string; problems: LineProblem[] } {
  const problems = linesOf(template).flatMap((line, index) => [...line.matchAll(/\{\{\s*([^{}]*?)\s*\}\}/g)].flatMap(([, name = '']) => (Object.hasOwn(placeholders, name.toLowerCase()) ? [] : [{ line: index + 1, reason: `Nobody knows {{${oneLine(name)}}}. There are ${Object.keys(placeholders).join(', ')}.` }])))
  const body = template.replaceAll('\r\n', '\n').replace(/\{\{\s*([^{}]*?)\s*\}\}/g, (whole, name: string) => (Object.hasOwn(placeholders, name.toLowerCase()) ? placeholders[name.toLowerCase()]!(ticket) : whole)).trimEnd()
  return { text: `${body}\n\n${markOf(body)}\n`, problems }
}

/** Whether nobody has written into a ticket since it was made. */
export function isUntouched(text: string): boolean {
  const lines = text.replaceAll('\r\n', '\n').trimEnd().split('\n')
  const mark = lines.pop()
  return mark === markOf(lines.join('\n').trimEnd())
}

function markOf(body: string): string {
  return `<!-- muster:ticket ${sumOfText(`${body}\n`)} -->`
}

/** Names of templates a worker may have, the best first: its own (`codex-1` for Codex-Worker-1), its kind's, anybody's. */
export function templateNames(worker: string, id: string): string[] {
  const [, kind = '', number = ''] = /^(\p{L}+).*?(\d+)$/u.exec(worker) ?? []
  return [...new Set([id, ...(kind === '' ? [] : [`${kind.toLowerCase()}-${number}`, kind.toLowerCase()]), 'worker'])]
}

export const templatesReadme = `# Templates of worker tickets

\`muster ticket make WORKER --task ID\` fills in one of these files and writes the ticket to \`.taskers/tickets/WORKER.md\`. It takes the first there is of: the template named by \`--template\`; the worker's id; its kind and number (\`codex-1.md\` for Codex-Worker-1); its kind (\`codex.md\`); \`worker.md\`; a built-in one.

Placeholders: ${Object.keys(placeholders).map((name) => `\`{{${name}}}\``).join(', ')}.

Templates are committed; tickets and outputs are not. A lost ticket is made again with \`muster ticket make\`.
`
