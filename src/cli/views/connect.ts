import { diffLines } from '../../connect/diff.js'
import type { Change } from '../../connect/plan.js'
import { lines, say } from '../text/escape.js'
import type { Ui } from '../text/ui.js'

/** Each file with the lines that come and go. */
export function changesText(changes: readonly Change[], ui: Ui): string {
  return changes.map(({ file, before, after }) => {
    const what = before === undefined ? 'new' : after === undefined ? 'goes' : 'changes'
    const diff = diffLines(before ?? '', after ?? '').map(({ sign, text }) => {
      const line = lines(`${sign} ${text}`, '  ')
      return sign === ' ' ? ui.paint('quiet', line) : ui.paint(sign === '+' ? 'good' : 'bad', line)
    })
    return [ui.paint('strong', say`${file} (${what})`), ...diff].join('\n')
  }).join('\n\n')
}

export function clientsText(clients: readonly { client: string; connected: boolean }[]): string {
  return [...clients.filter(({ client }) => client !== 'generic').map(({ client, connected }) => `${client.padEnd(12)} ${connected ? 'connected' : '-'}`), '', 'Connect one: muster connect <client>; anything else that reads AGENTS.md: muster connect generic'].join('\n')
}
