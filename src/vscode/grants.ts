import { resourceLabel } from '../core/model/resource.js'
import type { MusterWindow } from './musterWindow.js'
import { addressOf } from './resources.js'
import type { Disposable } from '../core/emitter.js'

/**
 * Takes up what this window was granted after waiting in line. A grant is an offer that lapses within seconds unless its
 * receiver shows that it is still there; a window that hears of it is.
 */
export function acceptGrants(window: MusterWindow, report: (error: unknown) => void): Disposable {
  return window.onDidHear(({ entries }) => {
    const { muster } = window
    if (!muster) return
    for (const { event } of entries) {
      if (event.type !== 'claim.granted' || event.wait === undefined || event.agent !== muster.agent) continue
      const { resource } = event
      const address = addressOf({ resource: resourceLabel(resource), kind: resource.kind, tree: resource.kind === 'name' ? '' : resource.tree }, muster.root)
      muster.checkIn(address, {}).catch(report)
    }
  })
}
