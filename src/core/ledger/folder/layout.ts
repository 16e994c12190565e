import { dirname, join } from 'node:path'
import { errnoOf } from '../../errors.js'
import { tell } from '../../tell.js'
import type { LedgerFs } from './ledgerFs.js'
import { cannotBegin, noPlace, notOurs } from './problems.js'

const SEGMENT = /^(\d{8})\.jsonl$/
const SNAPSHOT = /^(\d+)-([0-9a-f]{16})\.jsonl$/
const ARCHIVE = /^(\d{8})\.jsonl\.gz$/

/** Names inside a `.muster` folder. */
export class Layout {
  readonly ledger: string
  readonly snapshots: string
  readonly archive: string
  readonly turnLock: string

  constructor(readonly folder: string) {
    this.ledger = join(folder, 'ledger')
    this.snapshots = join(folder, 'snapshots')
    this.archive = join(folder, 'archive')
    this.turnLock = join(this.ledger, 'turn.lock')
  }

  segment(number: number): string {
    return join(this.ledger, `${String(number).padStart(8, '0')}.jsonl`)
  }

  snapshot(seq: number, sum: string): string {
    return join(this.snapshots, `${seq}-${sum}.jsonl`)
  }

  archived(number: number): string {
    return join(this.archive, `${String(number).padStart(8, '0')}.jsonl.gz`)
  }
}

export interface SnapshotName {
  name: string
  seq: number
  sum: string
}

export interface Contents {
  /** Numbers of the segments, stubs included, ascending. */
  segments: number[]
  /** Newest first. */
  snapshots: SnapshotName[]
  archives: number[]
}

/** What a folder holds. Missing folders are empty ones. @throws MusterError FOLDER_UNUSABLE where something else is in the way. */
export function look(fs: LedgerFs, layout: Layout): Contents {
  for (const path of [layout.folder, layout.ledger, layout.snapshots, layout.archive]) {
    const facts = fs.stat(path)
    if (facts !== undefined && facts.type !== 'folder') throw notOurs(path, facts.type === 'file' ? tell`is a file, not a folder` : tell`is a symlink or a device, not a folder`)
  }
  return {
    archives: numbers(names(fs, layout.archive), ARCHIVE),
    snapshots: names(fs, layout.snapshots)
      .map((name) => ({ name, match: SNAPSHOT.exec(name) }))
      .flatMap(({ name, match }) => (match ? [{ name, seq: Number(match[1]), sum: match[2]! }] : []))
      .sort((a, b) => b.seq - a.seq),
    // Last: segments were there before what is made of them, and stay, also while others begin a ledger between two of these calls.
    segments: numbers(names(fs, layout.ledger), SEGMENT),
  }
}

function numbers(list: string[], pattern: RegExp): number[] {
  return list.flatMap((name) => pattern.exec(name)?.[1] ?? []).map(Number).sort((a, b) => a - b)
}

function names(fs: LedgerFs, folder: string): string[] {
  try {
    return fs.readdir(folder)
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw error
  }
}

/**
 * Makes folders and an empty first segment where they are missing. Whoever finds the segment without a genesis goes
 * through here before writing one, so the entries are on disk before the ledger has a line.
 * @throws MusterError FOLDER_UNUSABLE, system errors
 */
export function prepare(fs: LedgerFs, layout: Layout): void {
  const parent = dirname(layout.folder)
  if (fs.stat(layout.folder) === undefined && fs.stat(parent)?.type === undefined) throw noPlace(layout.folder, parent)
  try {
    makeFolder(fs, layout.folder)
  } catch (error) {
    throw cannotBegin(layout.folder, parent, error)
  }
  makeFile(fs, join(layout.folder, '.gitignore'), '*\n')
  makeFolder(fs, layout.ledger)
  makeFile(fs, layout.segment(1), '')
  fs.fsyncFolder(layout.ledger)
  fs.fsyncFolder(layout.folder)
  fs.fsyncFolder(parent)
}

function makeFolder(fs: LedgerFs, path: string): void {
  try {
    fs.mkdir(path)
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}

/** Creates a file if there is none. What is there stays as it is. */
export function makeFile(fs: LedgerFs, path: string, text: string): void {
  let fd: number
  try {
    fd = fs.open(path, 'create')
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return
    throw error
  }
  try {
    if (text !== '') fs.append(fd, Buffer.from(text))
  } finally {
    fs.close(fd)
  }
}
