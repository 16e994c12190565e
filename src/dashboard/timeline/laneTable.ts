import { html, type TemplateResult } from 'lit'
import type { DashboardTarget } from '../../protocol/requests.js'
import { plural, t } from '../../vscode/l10n.js'
import { happenings, type Happening, type Lane } from './lanes.js'
import { timeText, type Range } from './scale.js'

/** More rows nobody reads: zooming in shows the others. */
const MOST = 100

const kinds: Record<Happening['kind'], () => string> = { lock: () => t('Lock'), checkIn: () => t('Check-in'), message: () => t('Message'), decision: () => t('Decision'), task: () => t('Task'), error: () => t('Error'), conflict: () => t('Conflict') }

/** What a lane shows of the seen time, in words: for screen readers, and for whoever wants to read it. */
export function laneTable(lane: Lane, range: Range, now: number, open: (target: DashboardTarget) => void, close: () => void): TemplateResult {
  const all = happenings(lane, range.from, range.to)
  return html`
    <div class="lane" role="region" aria-label=${t('What {0} did', lane.name)}>
      <div class="lane-head"><h3>${lane.name}</h3><span class="dim">${all.length > MOST ? t('the newest {0} of {1} in the time shown', MOST, all.length) : plural(all.length, '1 thing in the time shown', '{n} things in the time shown')}</span><button class="tool wide" @click=${close}>${t('Close')}</button></div>
      <div class="table" tabindex="0" role="group" aria-label=${t('Table of {0}', lane.name)}>
        <table>
          <thead><tr><th scope="col">${t('Time')}</th><th scope="col">${t('What')}</th><th scope="col"><span class="spoken">${t('About')}</span></th></tr></thead>
          <tbody>${all.slice(0, MOST).map(({ at, to, text, kind, target }) => html`<tr>
            <td>${timeText(at, now)}${kind === 'lock' ? (to === undefined ? ` – ${t('now')}` : ` – ${timeText(to, now)}`) : ''}</td>
            <td>${kinds[kind]()}</td>
            <td>${target ? html`<button class="link" @click=${() => open(target)}>${text}</button>` : text}</td>
          </tr>`)}</tbody>
        </table>
      </div>
    </div>
  `
}
