/*
 * Connecting an AI client is a list of edits of text files. Each is a pure function of the file's text, there and back, so
 * that what is going to be written can be shown and asked about first, and taken out again without touching anything else.
 */
import { tell } from '../core/tell.js'

export const connectable = ['claude-code', 'codex', 'gemini-cli', 'copilot', 'cursor', 'opencode', 'generic'] as const
export type Connectable = (typeof connectable)[number]

export const titles: Readonly<Record<Connectable, string>> = {
  'claude-code': 'Claude Code', codex: 'Codex', 'gemini-cli': 'Gemini CLI', copilot: 'GitHub Copilot', cursor: 'Cursor', opencode: 'opencode', generic: 'Another agent',
}

/** Where a client is connected. */
export interface Place {
  /** Root of the working tree, where the client's files are. */
  root: string
  /** The coordination folder. */
  folder: string
  /** Command line that starts Muster: `['muster']` where that is on the PATH, else absolute paths. */
  launcher: readonly string[]
  platform: NodeJS.Platform
}

/** What happens to one file, there and back. */
export interface FileEdit {
  /** Relative to the root, `/` between names; of several the first that exists counts, or else the first. */
  files: readonly [string, ...string[]]
  /** Left alone where the file does not exist. */
  onlyExisting?: true
  /** Its new text. `read`: other files as they are now. @throws MusterError INVALID_INPUT where the file cannot be read as what it should be */
  put(text: string | undefined, read: Read): string
  /** Its text without what is ours; undefined where nothing is left that anybody else wrote. */
  take(text: string, read: Read): string | undefined
  /** What a person has to know of the file as it is, before something is put into it. */
  notes?(text: string | undefined): string[]
}

/** The text of a file, by its path relative to the root; undefined where there is none. */
export type Read = (file: string) => string | undefined

export interface ClientPlan {
  edits: readonly FileEdit[]
  /** What a person has to know or do besides. */
  notes: readonly string[]
}

/** A file that is going to change. */
export interface Change {
  /** Relative to the root, `/` between names. */
  file: string
  /** Undefined: it is created. */
  before: string | undefined
  /** Undefined: it is deleted. */
  after: string | undefined
}

export function changesOf(edits: readonly FileEdit[], direction: 'put' | 'take', read: Read): Change[] {
  const changes = new Map<string, Change>()
  const now = (file: string): string | undefined => (changes.has(file) ? changes.get(file)!.after : read(file))
  for (const edit of edits) {
    const file = fileOf(edit, now)
    const text = now(file)
    if (text === undefined && (direction === 'take' || edit.onlyExisting)) continue
    const after = direction === 'put' ? edit.put(text, read) : edit.take(text!, read)
    changes.set(file, { file, before: changes.has(file) ? changes.get(file)!.before : text, after })
  }
  return [...changes.values()].filter(({ before, after }) => before !== after)
}

/** What a person has to know of the files as they are. */
export function notesOf(edits: readonly FileEdit[], read: Read): string[] {
  return edits.flatMap((edit) => edit.notes?.(read(fileOf(edit, read))) ?? [])
}

function fileOf({ files }: FileEdit, read: Read): string {
  return files.find((file) => read(file) !== undefined) ?? files[0]
}

/** `file` in what an edit throws. */
export function named<T>(file: string, edit: () => T): T {
  try {
    return edit()
  } catch (error) {
    if (error instanceof Error) error.message = tell`${file}: ${error.message}`
    throw error
  }
}
