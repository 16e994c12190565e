import type * as z from 'zod'
import { createHash } from 'node:crypto'
import { relative, sep } from 'node:path'
import type { MusterParts } from './acting.js'
import { invalid } from './errors.js'
import type { Merge, UpdateResult, updateOptions } from './model/documentUpdate.js'
import type { ClaimOptions, ClaimResult, ReleaseOptions, ReleaseResult } from './model/operations.js'
import type { ErrorInput, LogErrorResult } from './model/workOperations.js'
import { covers } from './model/overlap.js'
import { claimsOf } from './rules/conflicts.js'
import { saveMerge } from './system/saveMerge.js'
import { readDocument, replaceDocument, saveBackup } from './system/sharedFile.js'
import { tell } from './tell.js'

/** How often an edit that may be repeated is tried. */
const TRIES = 20

/** What an update is made with. */
export interface Updater {
  readonly agent: string
  claim(resource: string, options: ClaimOptions): Promise<ClaimResult>
  release(resource: string, options: ReleaseOptions): Promise<ReleaseResult>
  logError(error: ErrorInput): Promise<LogErrorResult>
}

/**
 * Changes a document that several edit, optimistically: `edit` works on the text as it is now, however long it takes, and what
 * it answers is put in its place only if that is still so. The lock on the file is held for that moment, so that of several
 * who use this one at a time is there. Who comes too late loses nothing: its version is saved beside the file, the conflict
 * is logged, and what both were made from is kept for merging them.
 * @throws MusterError INVALID_INPUT, OUTSIDE_ROOT, TOO_LARGE, NOT_APPLIED
 */
export async function updateDocument({ tree, root, folder, ledger }: Pick<MusterParts, 'tree' | 'root' | 'folder' | 'ledger'>, by: Updater, path: string, edit: (text: string) => string | Promise<string>, options: z.output<typeof updateOptions>): Promise<UpdateResult> {
  const resource = tree.resolve(path)
  if (resource.kind !== 'file') throw invalid(tell`"${path}" is no file.`, tell`Name one text file.`)
  const place = tree.place(path)
  const file = relative(root, place).split(sep).join('/')
  const read = readDocument(place)
  const before = read ?? ''
  const next = await edit(before)
  if (typeof next !== 'string') throw invalid(tell`The edit answered no text.`, tell`Let it answer the whole new text of the document.`)
  const outdated = options.base !== undefined && createHash('sha256').update(before).digest('hex') !== options.base.toLowerCase()
  if (!outdated && next === before) return { ok: true, file, changed: false }
  if (outdated) return conflict(undefined)

  const held = [...claimsOf(ledger.peek(), by.agent)].some((claim) => claim.mode === 'exclusive' && covers(claim.resource, resource))
  const claimed = held ? undefined : await by.claim(path, { ...(options.waitSeconds > 0 && { wait: true, timeoutMinutes: options.waitSeconds / 60 }), note: 'writing a document' })
  if (claimed?.ok === false) {
    const backup = saveBackup(place, by.agent, next)
    return { ok: false, reason: 'HELD', file, backup: named(backup), ...(claimed.heldBy !== undefined && { heldBy: claimed.heldBy }), ...(claimed.holderName !== undefined && { holderName: claimed.holderName }), hint: tell`${claimed.hint} Your version of ${file} is saved as ${named(backup)}; nothing was written to ${file}.` }
  }
  try {
    let from = read
    let made = next
    for (let tries = 1; !replaceDocument(place, from, made); tries++) {
      if (!options.again || tries === TRIES) return await conflict(before)
      from = readDocument(place)
      made = await edit(from ?? '')
      if (made === (from ?? '')) break
    }
    return { ok: true, file, changed: made !== from }
  } finally {
    if (claimed) await by.release(path, { token: claimed.token })
  }

  function named(absolute: string): string {
    return relative(root, absolute).split(sep).join('/')
  }

  async function conflict(base: string | undefined): Promise<UpdateResult> {
    const backup = saveBackup(place, by.agent, next)
    const merge: Merge = { version: 1, file: place, backup, agent: by.agent, at: new Date().toISOString(), ...(base !== undefined && { base }) }
    saveMerge(folder, merge)
    const logged = await by.logError({ kind: 'conflict', severity: 'low', message: `${file} was changed by somebody else while ${by.agent} edited it; the other version is in ${named(backup)}`, resource: path })
    return { ok: false, reason: 'CONFLICT', file, backup: named(backup), conflict: logged.id, hint: tell`${file} was changed by somebody else meanwhile. It is as they left it; your version is saved as ${named(backup)}. Read ${file} again and make your change there, or have a person merge the two.` }
  }
}
