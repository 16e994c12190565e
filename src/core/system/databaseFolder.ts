import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { errnoOf, MusterError } from '../errors.js'
import { tell } from '../tell.js'
import { lookAt } from './locate.js'

/** What a folder says of the database that holds its records: which ledger, never where. */
export interface InDatabase {
  /** Id of the ledger. */
  ledger: string
  space: string
}

const FILE = 'database.json'

/**
 * @returns undefined where the records are in the folder itself
 * @throws MusterError FOLDER_UNUSABLE where it cannot be told
 */
export function inDatabase(folder: string): InDatabase | undefined {
  const path = join(folder, FILE)
  if (lookAt(path) === undefined) return undefined
  try {
    const { ledger, space } = JSON.parse(readFileSync(path, 'utf8')) as Partial<InDatabase>
    if (typeof ledger === 'string' && typeof space === 'string') return { ledger, space }
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined
    if (errnoOf(error) !== undefined) throw new MusterError('FOLDER_UNUSABLE', tell`${path} cannot be read (${errnoOf(error)}).`, { hint: tell`It says in which database the records are: make it readable for you.`, cause: error })
  }
  throw new MusterError('FOLDER_UNUSABLE', tell`${path} does not say in which database the records are.`, { hint: tell`Remove it; it is written again by the next window or command with MUSTER_LEDGER set.` })
}

/** Whether a folder has records of its own. */
export function hasOwnRecords(folder: string): boolean {
  return lookAt(join(folder, 'ledger', '00000001.jsonl')) !== undefined
}

/** Makes the folder if need be, and has it say which ledger its records are. @throws system errors */
export function sayInDatabase(folder: string, { ledger, space }: InDatabase): void {
  if (lookAt(folder) === undefined && lookAt(dirname(folder)) !== undefined) mkdirSync(folder, { mode: 0o700, recursive: true })
  create(join(folder, '.gitignore'), '*\n')
  create(join(folder, FILE), `${JSON.stringify({ ledger, space, note: 'The records are in a PostgreSQL database; its address is in MUSTER_LEDGER.' }, null, 2)}\n`)
}

/** Has a folder no longer say that its records are in a database: they are in it. What was kept of the database, and what broken-off moves left, goes too. @throws system errors */
export function sayInFolder(folder: string): void {
  for (const name of readdirSync(folder)) if (UNFINISHED.test(name)) rmSync(join(folder, name), { recursive: true, force: true })
  rmSync(join(folder, SNAPSHOT), { force: true })
  rmSync(join(folder, FILE), { force: true })
}

/** The state that this machine last saw of the records in a database. */
export const SNAPSHOT = 'database-snapshot.jsonl'
/** Records that were to come from a database, put together beside their place. */
const UNFINISHED = /^ledger\.[0-9a-f]{16}$/

function create(path: string, text: string): void {
  try {
    writeFileSync(path, text, { flag: 'wx', mode: 0o600 })
  } catch (error) {
    if (errnoOf(error) !== 'EEXIST') throw error
  }
}
