import { findSection, isBroken, type BrokenSection } from '../sections.js'
import type { Finding } from './finding.js'

/** What is ours in a file: what is between its marks, or the whole of a file that somebody writes by hand. */
export interface OwnPart {
  text: string
  /** Line of its first line in the file. */
  line: number
  marked: boolean
  isOurs: boolean
  /** Of the text that was written there; '' where no mark says so. */
  sum: string
}

/** The part, and what is wrong with its marks: it is the whole file then, so that everything else is found too. */
export function partIn(file: string, name: string): { part: OwnPart; broken?: BrokenSection } {
  const found = findSection(file, name)
  const whole = { text: file.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'), line: 1, marked: false, isOurs: true, sum: '' }
  if (found === undefined) return { part: whole }
  if (isBroken(found)) return { part: whole, broken: found }
  const before = file.slice(0, found.from).split('\n').length
  return { part: { text: found.body.replaceAll('\r\n', '\n'), line: before + 1, marked: true, isOurs: found.isOurs, sum: found.sum } }
}

export function changedByHand(file: string, line: number): Finding {
  const say = file === 'STATUS.md' ? 'Say it with muster plan and muster task' : file === 'AGENTS.md' ? 'A decision of the category "process" changes how agents work' : 'Decisions are changed by new ones (muster decision propose)'
  return { file, line, severity: 'warning', code: 'changed-by-hand', message: 'Somebody changed the part that Muster keeps: this is not what is recorded.', hint: `${say}, or write outside of the marks; muster docs render keeps this version beside the file.`, fix: 'render' }
}
