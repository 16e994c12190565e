import type { ClaimView } from '../core/model/operations.js'
import type { Muster } from '../core/muster.js'
import { addressOf } from './resources.js'

/** What git said is not asked for again for so long, in ms: an open row is drawn with every change below it. */
const FRESH_MS = 10_000

/** Files with changes that are not committed under the locks of agents that are gone. Asks git, and only when somebody looks. */
export class LeftBehind {
  private readonly known = new Map<string, { at: number; files: Promise<ReadonlyMap<string, string[]> | undefined> }>()

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** By working tree, relative to it; undefined where git cannot tell. */
  of(muster: Pick<Muster, 'root' | 'uncommittedFiles'>, claims: readonly ClaimView[]): Promise<ReadonlyMap<string, readonly string[]> | undefined> {
    const key = claims.map(({ token, tree, resource }) => `${token}\n${tree}\n${resource}`).join('\n')
    const known = this.known.get(key)
    if (known && this.now() - known.at < FRESH_MS) return known.files
    const files = this.find(muster, claims)
    for (const [other, { at }] of this.known) if (this.now() - at >= FRESH_MS) this.known.delete(other)
    this.known.set(key, { at: this.now(), files })
    return files
  }

  private async find(muster: Pick<Muster, 'root' | 'uncommittedFiles'>, claims: readonly ClaimView[]): Promise<ReadonlyMap<string, string[]> | undefined> {
    const found = new Map<string, string[]>()
    for (const tree of new Set(claims.flatMap(({ kind, tree }) => (kind === 'name' ? [] : [tree])))) {
      // Of a tree that was removed nothing is left.
      const files = await muster.uncommittedFiles(claims.filter((claim) => claim.kind !== 'name' && claim.tree === tree).flatMap((claim) => addressOf(claim, muster.root) ?? []))
      if (files === undefined) return undefined
      // Of another tree than the window's, each is followed by the tree's name.
      if (files.length > 0) found.set(tree, files.map((file) => file.replace(/ \[[^\]]*\]$/, '')))
    }
    return found
  }
}
