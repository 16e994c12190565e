import type { FileRecord } from './account.js'

/** A file that is to be written. */
export interface Todo {
  key: string
  record: FileRecord
  durable: boolean
  base: Buffer | undefined
  next: Buffer
  /** What is there is somebody's: kept beside first. */
  theirs: boolean
  /** What somebody adds to it at its end meanwhile belongs there. */
  grows?: true
}
