import type { DecisionView, MessageView } from '../../core/model/operations.js'
import type { Muster } from '../../core/muster.js'
import { csvOf } from './csv.js'
import type { Exported } from './exportable.js'

type Export = Record<keyof Exported['lists'], readonly object[]>

/**
 * Everything that is known as JSON, or one list as CSV, with all texts.
 * @throws what `signal` was ended with
 */
export async function exportedText(muster: Muster, { at, lists }: Exported, list: keyof Export | undefined, signal: AbortSignal): Promise<string> {
  const all: Export = { ...lists, ...(await wholeOf(muster, lists)) }
  signal.throwIfAborted()
  return list === undefined ? `${JSON.stringify({ at: at.toISOString(), ...all }, null, 2)}\n` : csvOf(all[list])
}

/** Older texts are in the state in part only; the records have all of them. */
async function wholeOf(muster: Muster, { messages, decisions }: Pick<Exported['lists'], 'messages' | 'decisions'>): Promise<{ messages: MessageView[]; decisions: DecisionView[] }> {
  const ids = messages.flatMap((message) => ('cut' in message ? [message.id] : []))
  const bodies = new Map(ids.length === 0 ? [] : (await muster.readMessages({ ids, peek: true })).map(({ id, body }) => [id, body]))
  const texts = new Map((await muster.listDecisions()).map((decision) => [decision.id, decision]))
  return {
    messages: messages.map(({ cut: _cut, ...message }: MessageView & { cut?: true }) => ({ ...message, body: bodies.get(message.id) ?? message.body })),
    decisions: decisions.map((decision) => {
      const whole = texts.get(decision.id)
      if (!whole || decision.context !== '' || !whole.decision.startsWith(decision.decision)) return decision
      const { context, decision: text, alternatives, consequences } = whole
      return { ...decision, context, decision: text, alternatives, consequences }
    }),
  }
}
