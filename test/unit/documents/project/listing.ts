import type { Listing } from '../../../../src/documents/project/history.js'
import { fieldOf, itemsOf, numbered, partsOf } from '../../../../src/documents/project/status.js'
import { plainOf } from '../../../../src/documents/project/text.js'

/** Reads what `renderListing` writes. */
export function parseListing(text: string): Listing {
  const lines = numbered(text)
  const parts = partsOf(lines, 2)
  const head = lines.slice(0, (parts[0]?.line ?? lines.length + 1) - 1)
  const names = head.flatMap((line) => /^\*\*(.+?):\*\*/.exec(line.text)?.[1] ?? [])
  return {
    heading: plainOf(head[0]?.text.replace(/^# ?/, '') ?? ''),
    fields: names.map((name) => [name, fieldOf(head, name)]),
    lists: parts.map((part) => ({ name: part.heading, items: itemsOf(part.lines) })),
  }
}
