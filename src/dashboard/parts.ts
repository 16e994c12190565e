import { html, nothing, type TemplateResult } from 'lit'
import { repeat } from 'lit/directives/repeat.js'
import type { Facts, ListName } from '../protocol/dashboard.js'
import type { Act, DashboardTarget, Deed } from '../protocol/requests.js'
import { numberText, t } from '../vscode/l10n.js'
import { icon, type IconName } from './icons.js'

/** What sections are drawn with. */
export interface View {
  facts: Facts
  now: number
  /** Looking back: nothing can be done then. */
  past: boolean
  act(act: Act, target: DashboardTarget): void
  do(deed: Deed): void
  /** How many rows of a list are shown. */
  shown(list: ListName): number
  more(list: ListName): void
}

export interface Heading {
  list: ListName
  title: string
  icon: IconName
  count: number
  /** Said where there is nothing. */
  none: string
  tools?: TemplateResult | typeof nothing
}

/** One list: a heading with the number, rows, and a button for more of them. */
export function section<T extends { id: string }>(view: View, heading: Heading, items: readonly T[], row: (item: T) => TemplateResult): TemplateResult {
  const { list, title, tools } = heading
  // Nobody can say that there is nothing from half of the records.
  const none = view.facts.partial ? t('Nothing, as far as can be read.') : heading.none
  const limit = view.shown(list)
  const rest = items.length - limit
  return html`
    <section class="card" data-list=${list} aria-labelledby="heading-${list}">
      <header>
        <h2 id="heading-${list}" tabindex="-1">${icon(heading.icon)}<span>${title}</span>${heading.count > 0 ? html`<vscode-badge variant="counter">${numberText(heading.count)}</vscode-badge>` : nothing}</h2>
        ${tools ?? nothing}
      </header>
      ${items.length === 0
        ? html`<p class="none">${none}</p>`
        : html`<ul>${repeat(items.slice(0, limit), ({ id }) => id, (item) => html`<li data-id=${item.id}>${row(item)}</li>`)}</ul>`}
      ${rest > 0 ? html`<vscode-button class="more" secondary @click=${() => view.more(list)}>${rest <= MORE ? t('Show {0} more', rest) : t('Show {0} more of {1}', MORE, rest)}</vscode-button>` : nothing}
    </section>
  `
}

/** Rows that come with one press of the button. */
export const MORE = 100

export interface RowParts {
  icon: IconName
  /** Class of the icon's colour. */
  tone?: string
  title: string
  /** What a click on the title does. */
  open?: (() => void) | undefined
  /** For screen readers, before the title. */
  state?: string | false
  detail: string
  text?: string
  progress?: number | undefined
  buttons?: readonly (RowButton | false)[]
}

export interface RowButton {
  label: string
  /** What it is about, for screen readers. */
  about: string
  main?: boolean
  press: () => void
}

/** Lines are broken between the parts, and what is short stays whole. A dot begins what is behind it: behind what fills its line it would stand alone. */
function pieces(detail: string): TemplateResult[] {
  return detail.split(' · ').map((text, index) => html`<span>${index === 0 ? '' : '·\u00a0'}${text}</span> `)
}

export function row({ icon: name, tone, title, open, state, detail, text, progress, buttons = [] }: RowParts): TemplateResult {
  const shown = buttons.filter((button) => button !== false)
  const label = html`${state ? html`<span class="spoken">${state}: </span>` : nothing}${title}`
  return html`
    ${icon(name, tone)}
    <div class="what">
      <div class="title">${open ? html`<button class="link" title=${title} @click=${open}>${label}</button>` : html`<span title=${title}>${label}</span>`}</div>
      <div class="detail">${pieces(detail)}</div>
      ${text ? html`<div class="text" title=${text}>${text}</div>` : nothing}
      ${progress === undefined ? nothing : html`<vscode-progress-bar aria-label=${t('Progress of {0}', title)} .value=${progress}></vscode-progress-bar>`}
    </div>
    ${shown.length === 0 ? nothing : html`<div class="buttons">${shown.map(({ label: words, about, main, press }) => html`<vscode-button ?secondary=${!main} aria-label="${words}: ${about}" @click=${press}>${words}</vscode-button>`)}</div>`}
  `
}
