import type { DeliverableFields } from '../../core/model/report.js'
import { tell } from '../../core/tell.js'
import { linesOf, oneLine, type LineProblem } from './lines.js'

/* `.agent_deliverables`: headings in capitals with a colon, items with a dash, and whether it is ready to be taken over. */

export type Deliverables = Pick<DeliverableFields, 'files' | 'endpoints' | 'tests' | 'integrationReady'>

const headings = { FILES_CREATED: 'files', ENDPOINTS_IMPLEMENTED: 'endpoints', TESTS_PASSING: 'tests' } as const

export function renderDeliverables({ files, endpoints, tests, integrationReady }: Deliverables): string {
  const section = (heading: string, items: readonly string[]): string => `${heading}:\n${items.filter((item) => item !== '').map((item) => `- ${item}\n`).join('')}\n`
  return [
    section('FILES_CREATED', files.map(fileItem)),
    section('ENDPOINTS_IMPLEMENTED', endpoints.map(item)),
    section('TESTS_PASSING', tests.map(item)),
    `INTEGRATION_READY: ${integrationReady ? 'YES' : 'NO'}\n`,
  ].join('')
}

function fileItem({ path, size, purpose }: Deliverables['files'][number]): string {
  return item(`${oneLine(path)}${size === undefined ? '' : ` (${sizeText(size)})`}${purpose === undefined || oneLine(purpose) === '' ? '' : ` - ${purpose}`}`)
}

/** With one space for several; a dash at its beginning would be read as the item's own. */
function item(text: string): string {
  return oneLine(oneLine(text).replace(/\s+/g, ' ').replace(/^(?:[-*+\u2022] )+/, ''))
}

/** Bytes as `30KB`; what it says reads as a size that is written the same. */
function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes}B`
  const kilo = Math.round(bytes / 1024)
  return kilo < 1024 ? `${kilo}KB` : `${Math.round(bytes / 1024 / 1024)}MB`
}

export interface ReadDeliverables {
  file: Deliverables
  problems: LineProblem[]
  /** There is more in it than the fields say. */
  more: boolean
}

const units: Readonly<Record<string, number>> = { B: 1, K: 1024, M: 1024 ** 2, G: 1024 ** 3 }
const LONGEST = 2_000

export function parseDeliverables(text: string): ReadDeliverables {
  const read: ReadDeliverables = { file: { files: [], endpoints: [], tests: [], integrationReady: false }, problems: [], more: false }
  let list: (typeof headings)[keyof typeof headings] | undefined
  linesOf(text).forEach((whole, index) => {
    const line = oneLine(whole)
    const problem = (reason: string): void => void read.problems.push({ line: index + 1, reason })
    if (line === '') return
    const [, key, value = ''] = /^(?:#+\s*)?([A-Za-z]+[ _-][A-Za-z]+)\s*[:=]\s*(.*)$/.exec(line) ?? []
    const heading = key?.toUpperCase().replace(/[ -]/, '_')
    if (heading === 'INTEGRATION_READY') {
      list = undefined
      if (!/^(yes|no|true|false)\b/i.test(value)) return problem(tell`INTEGRATION_READY is neither YES nor NO.`)
      read.file.integrationReady = /^(yes|true)/i.test(value)
      read.more ||= !/^(yes|no|true|false)$/i.test(value)
      return
    }
    const add = (to: (typeof headings)[keyof typeof headings], said: string): void => {
      if (said.length > LONGEST) problem(tell`The item is longer than ${LONGEST} characters.`)
      else if (to === 'files') read.file.files.push(fileOf(said))
      else read.file[to].push(said)
    }
    if (heading !== undefined && Object.hasOwn(headings, heading)) {
      list = headings[heading as keyof typeof headings]
      // What a file is for may have commas in it.
      for (const said of value.includes(' - ') ? [value] : value.split(/,\s+/)) if (said !== '') add(list, said)
      return
    }
    const [, said] = /^(?:[-*+\u2022]|\d{1,4}[.)])\s+(.*)$/.exec(line) ?? []
    if (said === undefined) {
      read.more = true
      if (!line.startsWith('#')) problem(tell`This is no heading and no item of a list (- …).`)
    } else if (list === undefined) problem(tell`This item is under none of FILES_CREATED, ENDPOINTS_IMPLEMENTED and TESTS_PASSING.`)
    else add(list, said)
  })
  read.more ||= read.problems.length > 0
  return read
}

/** `path (30KB) - purpose` */
function fileOf(said: string): Deliverables['files'][number] {
  const [, path = said, amount, unit, purpose] = /^(.+?)(?: \((\d{1,9}(?:\.\d+)?) ?([KMG]?)i?B\))?(?: - (.*))?$/i.exec(said) ?? []
  const size = amount === undefined ? undefined : Math.round(Number(amount) * units[(unit || 'B').toUpperCase()]!)
  return { path, ...(size !== undefined && { size }), ...(purpose !== undefined && { purpose }) }
}
