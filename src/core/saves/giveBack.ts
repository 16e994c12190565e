import { join } from 'node:path'
import type { SaveCalls } from '../saveCalls.js'
import type { Save, SavedClaim } from '../model/save.js'
import type { RecoverResult, ReturnedClaim, UnreturnedClaim } from '../model/saveOperations.js'
import type { Muster } from '../muster.js'
import type { ClaimView } from '../model/operations.js'
import { tell } from '../tell.js'

/** What giving back needs of the coordinator. */
export type Holder = Pick<Muster, 'agent' | 'refresh' | 'claim' | 'checkIn'> & Pick<SaveCalls, 'readSession'>

/** The caller's: its name, and its root. */
export interface WorkingTree {
  tree: string
  root: string
}

/**
 * The locks that the caller held, one after the other: those it still has are renewed, those that nobody has are locked anew
 * under a new token, and of the others it is said who holds them. */
export async function giveBack(muster: Holder, save: Save, place: WorkingTree, dryRun: boolean): Promise<{ claims: ReturnedClaim[]; refused: UnreturnedClaim[] }> {
  const claims: ReturnedClaim[] = []
  const refused: UnreturnedClaim[] = []
  for (const saved of save.claims.filter(({ heldBy }) => heldBy === muster.agent)) {
    const outcome = await giveOne(muster, saved, place, dryRun)
    if ('how' in outcome) claims.push(outcome)
    else refused.push(outcome)
  }
  return { claims, refused }
}

async function giveOne(muster: Holder, saved: SavedClaim, { tree, root }: WorkingTree, dryRun: boolean): Promise<ReturnedClaim | UnreturnedClaim> {
  const { resource, token, mode, note } = saved
  const named = /^(name|port):/.test(resource)
  if (saved.tree !== tree && !named) return { resource, token, hint: tell`It is in another working tree (${saved.tree || tell`the main one`}). Recover it there.` }
  // A bare path is read from the opened folder, which may be below the tree's root.
  const address = named ? resource : join(root, resource)
  const held = (await muster.refresh()).claims.filter((claim) => claim.resource === resource && claim.tree === saved.tree)
  const mine = held.find((claim) => claim.mine)
  const other = held.find((claim) => !claim.mine && (claim.mode === 'exclusive' || mode === 'exclusive'))
  if (dryRun) return mine ? { resource, token: mine.token, how: 'kept' } : other ? heldByOther(saved, other) : { resource, token, how: 'anew' }
  if (mine) {
    const result = await muster.checkIn(address, {})
    return result.ok ? { resource, token: mine.token, how: 'kept' } : { resource, token, hint: result.hint }
  }
  const result = await muster.claim(address, { mode, ...(note !== undefined && { note }) })
  if (result.ok) return { resource, token: result.token, how: 'anew' }
  const { heldBy, holderName, hint } = result
  return { resource, token, ...(heldBy !== undefined && { heldBy }), ...(holderName !== undefined && { holderName }), hint }
}

function heldByOther({ resource, token }: SavedClaim, { heldBy, holderName }: ClaimView): UnreturnedClaim {
  return { resource, token, heldBy, holderName, hint: tell`${holderName} holds it now. Ask for it, or work elsewhere.` }
}

/** Names of what a window had open, for people. */
export function openOf({ content }: Save): Extract<RecoverResult, { ok: true }>['open'] {
  return {
    editors: (content?.groups ?? []).flatMap(({ tabs }) => tabs.map(({ label }) => label)),
    unsaved: (content?.unsaved ?? []).map(({ uri }) => nameOf(uri)),
    terminals: (content?.terminals ?? []).map(({ name }) => name),
  }
}

function nameOf(uri: string): string {
  const name = uri.split('/').at(-1) ?? uri
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
