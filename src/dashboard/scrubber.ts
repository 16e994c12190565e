import { html, nothing, type TemplateResult } from 'lit'
import { live as shown } from 'lit/directives/live.js'
import type { Moment, TimelineSpan } from '../protocol/dashboard.js'
import { t } from '../vscode/l10n.js'
import { icon, type IconName } from './icons.js'
import { timeText } from './timeline/scale.js'

/** So many places on the slider; a step by key is one of them. */
const PLACES = 500

interface ScrubberParts {
  span: TimelineSpan
  now: number
  /** Undefined for the present. */
  moment: Moment | undefined
  /** Said in place of the present while the editor does not answer. */
  silent: string | undefined
  problem: string | undefined
  lookBack(at: number): void
  step(by: 1 | -1): void
  live(): void
}

/** A slider over all that is known, which shows the past; its end is the present. */
export function scrubber({ span, now, moment, silent, problem, lookBack, step, live }: ScrubberParts): TemplateResult {
  const from = Math.min(span.from, now - 1_000)
  const slide = (event: Event): void => {
    const place = Number((event.target as HTMLInputElement).value)
    if (place === PLACES) live()
    else lookBack(from + (place / PLACES) * (now - from))
  }
  const at = moment?.at ?? now
  // The present has the last place for itself.
  const place = moment === undefined ? PLACES : Math.min(PLACES - 1, Math.max(0, Math.round(((at - from) / (now - from)) * PLACES)))
  return html`
    <div class="scrubber" role="group" aria-label=${t('History')}>
      ${button('previous', t('Change Before'), moment?.first === true, () => step(-1))}
      ${button('next', t('Change After'), moment === undefined, () => (moment?.last === true ? live() : step(1)))}
      <input type="range" aria-label=${t('Time shown')} aria-valuetext=${moment ? timeText(at, now) : t('now')} min="0" max=${PLACES} step="1" .value=${shown(String(place))} @input=${slide}>
      ${silent === undefined
        ? html`<span class="time">${moment ? timeText(at, now) : t('Now')}</span>
          <vscode-button class="live" ?secondary=${moment === undefined} ?disabled=${moment === undefined} @click=${live}>${t('Live')}</vscode-button>`
        : html`${icon('warning', 'warn')}<span class="time">${silent}</span>`}
    </div>
    ${problem === undefined ? nothing : html`<p class="detail" role="alert">${problem}</p>`}
  `
}

function button(name: IconName, label: string, disabled: boolean, press: () => void): TemplateResult {
  return html`<button class="tool" title=${label} aria-label=${label} ?disabled=${disabled} @click=${press}>${icon(name)}</button>`
}

/** Says that the page shows the past, so that nobody takes it for the present. */
export function pastNotice(moment: Moment, now: number, live: () => void): TemplateResult {
  return html`<div class="notice past" role="status">${icon('waits', 'info')}<p><strong>${t('As it was {0}.', timeText(moment.at, now))}</strong> ${moment.change === '' ? '' : t('Last change, {0}: {1}', timeText(moment.changed, now), moment.change)}</p><vscode-button @click=${live}>${t('Back to Live')}</vscode-button></div>`
}
