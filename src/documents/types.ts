import type { DocumentRecords, RecordedEvent } from '../core/documentCalls.js'
import type { Told } from '../core/tell.js'

/**
 * Documents are what the records say, written down for people and scripts. Producers say which there are to be and what is in
 * them; the writer (`writer.ts`) makes the disk so: only what has changed, whole or not at all, and never over what somebody
 * else wrote. Nothing of it is on the way of a commit, and all of it can be made again from the records.
 */

/** Where a document is: in the coordination folder, or in a working tree (its root, an absolute path). `path` has `/`. */
export interface DocumentPlace {
  root: 'folder' | { tree: string }
  path: string
}

/** A file that is Muster's as a whole. What somebody else wrote into it is kept beside it before it is made anew. */
export interface WholeDocument extends DocumentPlace {
  text: string
  /** Stays as it is when nobody wants it any more; otherwise it is removed, unless somebody changed it. */
  keep?: true
  /** Only where there is none: somebody else keeps it up to date. */
  missing?: true
  /** Left as it is where somebody else made it, or wrote into it: what it says is taken in instead. */
  yieldsTo?: 'others'
  /** Of the record it shows, where two may want one path: the later one is at `path` with `-2`, `-3` … at the place of `suffixAt`. */
  id?: string
  /** Place of a number in `path`. */
  suffixAt?: number
}

/**
 * A part of a file that people write too, between two lines `<!-- muster:begin NAME SUM -->` and `<!-- muster:end NAME -->`.
 * `SUM` tells whether somebody changed what is between: that is kept beside the file before the part is made anew.
 */
export interface SectionDocument extends DocumentPlace {
  /** Lower-case letters, digits and `-`; once in a file. */
  section: string
  /** Markdown between the marks. */
  text: string
  /** Where the file has no such part yet: at its end (default) or beginning. `never`: only in files that have one. */
  put?: 'end' | 'begin' | 'never'
  /** A file without marks that begins with this is the part as a whole. */
  heading?: string
  /** What a file begins with that is not there yet; without it, the part is all there is. */
  fresh?: string
}

/** Lines at the end of a file that only grows; each once, told apart by the number of the change it follows from. */
export interface LinesDocument extends DocumentPlace {
  lines: readonly { seq: number; text: string }[]
  /** As of a whole document. */
  yieldsTo?: 'others'
}

export type WantedDocument = WholeDocument | SectionDocument | LinesDocument

/** What documents go by besides the records. */
export interface DocumentFacts {
  /** The coordination folder. */
  folder: string
  /** Root of the working tree that documents of the whole repository are in. */
  root: string
  /** Working trees of the repository that are on this disk: their id as in records ('' for the main one), and their root. */
  trees: readonly { id: string; root: string }[]
  settings: DocumentSettings
  /** Whether there is a file or folder in this place: people ask for some documents by making one. */
  exists(place: DocumentPlace): boolean
  /** Whether a file has such a part of ours, whole. */
  hasPart(place: DocumentPlace, section: string): boolean
  /** What such a part says as it was written, by whichever ledger; nothing where there is none, or somebody changed it. */
  textOf(place: DocumentPlace, section: string): string
  /** The agent that wrote the status in the root of a working tree itself, and whether that is there and left as it is; nothing where nobody did, or it does not say. */
  writerIn(root: string): { agent: string; stays: boolean } | undefined
  /** Whether a message, by its id, was taken in from a file that lies there for its recipients. */
  cameAsFile(message: string): boolean
}

export interface DocumentSettings {
  /** `.agent_*` files in working trees too, and every agent's messages as files. */
  agentFiles: boolean
  /** Folder of runs in the tree, in which messages lie as files where it has `_messages`. */
  runs: string
  /** Other workspaces whose `.agent_*` files are read: globs, from the folder that the repository's root is in. */
  workspaces: readonly string[]
}

/**
 * Says what documents there are to be. Pure: the same records and facts give the same documents, to the byte, whichever process
 * asks and whenever.
 * @param news What happened since the documents were written last, oldest first; all there ever was when they are made anew.
 */
export interface Producer {
  /** Of its place in the writer's account; a producer's documents are removed only by itself. */
  name: string
  /** Kinds of events it wants to be told of in `news`; without them, none. */
  follows?: readonly RecordedEvent['event']['type'][]
  documents(records: DocumentRecords, facts: DocumentFacts, news: readonly RecordedEvent[]): Iterable<WantedDocument> | AsyncIterable<WantedDocument>
}

/** What somebody should see to: a change of theirs kept beside, a file that cannot be read or written. */
export interface DocumentProblem {
  /** From the tree's root or the coordination folder; absolute elsewhere. */
  file: string
  /** Counted from 1, where it is about one. */
  line?: number
  /** For people. */
  reason: string
  /** What that was made of, for an editor in another language: it reads it from a file, and maybe long after. */
  of?: Told | undefined
  /** Where what they wrote is kept. */
  kept?: string
}
