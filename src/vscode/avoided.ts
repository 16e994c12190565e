import type { LogEntry } from '../core/muster.js'
import { resourceLabel } from '../core/model/resource.js'

/**
 * Counts the conflicts that did not happen while this window was open: each time somebody waited for, or asked for, what
 * another held instead of changing it as well. The same wish counts once, and a refusal alone leaves no trace to be counted.
 */
export class Avoided {
  private readonly wishes = new Set<string>()

  get count(): number {
    return this.wishes.size
  }

  hear(entries: readonly LogEntry[]): void {
    for (const { event, by } of entries) {
      if (event.type === 'wait.queued') for (const resource of event.resources.slice(0, 1)) this.wishes.add(`${event.agent}\n${resourceLabel(resource)}`)
      if (event.type === 'message.sent' && event.fields.about?.act === 'ask') this.wishes.add(`${by}\n${event.fields.about.resource}`)
    }
  }
}
