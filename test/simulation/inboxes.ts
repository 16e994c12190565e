import type { MessageView } from '../../src/core/model/operations.js'

/** Who was sent what, and who was shown it: at least once, and in the order of each sender. */
export class Inboxes {
  /** Recipient → ids of what its sender was told is sent. */
  private readonly sentTo = new Map<string, Set<string>>()
  /** Recipient and sender → ids in the order they were first shown. */
  private readonly shown = new Map<string, string[]>()

  sent(_from: string, id: string, recipients: readonly string[]): void {
    for (const recipient of recipients) {
      const ids = this.sentTo.get(recipient) ?? new Set()
      this.sentTo.set(recipient, ids.add(id))
    }
  }

  /** @returns what is wrong with it */
  read(reader: string, messages: readonly MessageView[]): string | undefined {
    for (const { from, id } of messages) {
      const key = `${reader} ${from}`
      const ids = this.shown.get(key) ?? []
      this.shown.set(key, ids)
      if (ids.includes(id)) continue
      const last = ids.at(-1)
      if (last !== undefined && numberOf(last) > numberOf(id)) return `${reader} was shown ${id} of ${from} after ${last}`
      ids.push(id)
    }
    return undefined
  }

  /** What nobody was shown, of agents that have read all they have. @returns what is wrong with it */
  unread(): string | undefined {
    for (const [recipient, ids] of this.sentTo) {
      if (!/^p\d$/.test(recipient)) continue
      const shown = new Set([...this.shown].flatMap(([key, list]) => (key.startsWith(`${recipient} `) ? list : [])))
      for (const id of ids) if (!shown.has(id)) return `${recipient} was never shown ${id}`
    }
    return undefined
  }
}

/** Ids are given out in order: `m12`. */
function numberOf(id: string): number {
  return Number(id.slice(1))
}
