import * as vscode from 'vscode'
import type { ClaimView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { treeAround } from '../../core/system/locate.js'
import { t } from '../l10n.js'
import { pathIn } from '../locksOnFiles.js'
import { addressOf, inEditor, realFile, type TreeRoots } from '../resources.js'
import type { Item } from '../say.js'
import { parts, short } from '../text.js'
import { fileOf } from './lockArgument.js'

/** So many locks are offered at the most: nobody reads more. */
const OFFERED = 500

/** A file or a lock to choose: `says` as people write it, `about` as it is addressed from anywhere. */
export interface Nearby extends Item {
  says: string
  about: string
}

/** What something may be about: the files that are open here, the one that is looked at first, and what is locked. */
export function nearby(muster: Muster): Nearby[] {
  const tabs = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.map(({ input }) => (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputNotebook ? input.uri : undefined)))
  const active = fileOf(undefined)
  const files = [...new Set([active, ...tabs.map((uri) => (uri?.scheme === 'file' ? uri.fsPath : undefined))].flatMap((file) => (file === undefined ? [] : realFile(file))))]
  const roots: TreeRoots = new Map()
  const locks = muster.state().claims.flatMap((claim) => {
    const about = addressOf(claim, muster.root, roots)
    return about === undefined ? [] : [{ about, claim }]
  })
  const lockOn = new Map(locks.map(({ about, claim }) => [inEditor(about), claim]))
  const others = locks.filter(({ about }) => !files.includes(inEditor(about))).sort((a, b) => Number(b.claim.mine) - Number(a.claim.mine))
  const top = treeAround(muster.root).root
  const whose = (claim: ClaimView | undefined): string | undefined => claim && (claim.mine ? t('yours') : t('locked by {0}', short(claim.holderName, 40)))
  return [
    ...files.flatMap((file) => {
      const says = pathIn(top, file)
      const lock = lockOn.get(file)
      return says === undefined ? [] : { icon: lock ? 'lock' : 'file', label: says, description: parts(t('open here'), whose(lock)), about: file, says }
    }),
    ...others.slice(0, OFFERED).map(({ about, claim }) => ({ icon: 'lock', label: claim.resource, description: whose(claim), about, says: claim.resource })),
  ]
}
