import type { Entry } from './decisions.js'
import type { ProjectRecords } from './records.js'

/** Something that keeps whoever comes next from going on. */
export interface Finding {
  /** From the root of the tree, with `/`. */
  file: string
  /** Counted from 1. */
  line: number
  severity: 'error' | 'warning'
  code: FindingCode
  /** For people: what is wrong, and what to do. */
  message: string
  hint: string
  /** What puts it right without anything to be said. */
  fix?: 'init' | 'render'
  /** What it is about, where the line has several or none: a worker, phase, task or decision. */
  about?: string
  /** What of a decision is not as it was recorded, by its name in the records. */
  parts?: readonly string[]
  /** Where that is one that the records tell in words of their own: what it says, and what is recorded. */
  said?: { here: string; recorded: string }
  /** A decision that was written down and never recorded. */
  entry?: Pick<Entry, 'title' | 'context' | 'decision' | 'alternatives' | 'consequences'>
}

export type FindingCode =
  | 'missing-file' | 'empty-file' | 'broken-marks' | 'no-marks' | 'no-file' | 'not-utf8' | 'stale' | 'changed-by-hand' | 'uncommitted'
  | 'no-deliverable' | 'no-next-p0' | 'no-scope' | 'no-progress' | 'no-resume' | 'no-phase-plan' | 'no-criteria' | 'no-tests'
  | 'phase-without-decision' | 'decision-changed' | 'decision-deleted' | 'decision-unknown'

/** What is checked: texts as they are on disk, undefined for files that are not there. */
export interface Checked {
  records: ProjectRecords
  project: string
  files: ReadonlyMap<string, string | undefined>
  /** Of these files, as git says; undefined where it cannot tell. */
  uncommitted?: readonly string[] | undefined
}
