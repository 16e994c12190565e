import { html, type TemplateResult } from 'lit'
import type { DashboardTarget } from '../../protocol/requests.js'
import { count } from '../../vscode/text.js'
import { happenings, type Happening, type Lane } from './lanes.js'
import { timeText, type Range } from './scale.js'

/** More rows nobody reads: zooming in shows the others. */
const MOST = 100

const kinds: Record<Happening['kind'], string> = { lock: 'Lock', checkIn: 'Check-in', message: 'Message', decision: 'Decision', task: 'Task', error: 'Error', conflict: 'Conflict' }

/** What a lane shows of the seen time, in words: for screen readers, and for whoever wants to read it. */
export function laneTable(lane: Lane, range: Range, now: number, open: (target: DashboardTarget) => void, close: () => void): TemplateResult {
  const all = happenings(lane, range.from, range.to)
  return html`
    <div class="lane" role="region" aria-label="What ${lane.name} did">
      <div class="lane-head"><h3>${lane.name}</h3><span class="dim">${all.length > MOST ? `the newest ${MOST} of ${all.length}` : count(all.length, 'thing')} in the time shown</span><button class="tool wide" @click=${close}>Close</button></div>
      <div class="table" tabindex="0" role="group" aria-label="Table of ${lane.name}">
        <table>
          <thead><tr><th scope="col">Time</th><th scope="col">What</th><th scope="col"><span class="spoken">About</span></th></tr></thead>
          <tbody>${all.slice(0, MOST).map(({ at, to, text, kind, target }) => html`<tr>
            <td>${timeText(at, now)}${kind === 'lock' ? (to === undefined ? ' – now' : ` – ${timeText(to, now)}`) : ''}</td>
            <td>${kinds[kind]}</td>
            <td>${target ? html`<button class="link" @click=${() => open(target)}>${text}</button>` : text}</td>
          </tr>`)}</tbody>
        </table>
      </div>
    </div>
  `
}
