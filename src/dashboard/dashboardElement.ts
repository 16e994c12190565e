import { html, LitElement, nothing, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { ErrorItem, Facts, ListName, Moment, ToDashboard } from '../protocol/dashboard.js'
import type { Act, DashboardTarget, Deed } from '../protocol/requests.js'
import { t } from '../vscode/l10n.js'
import { byName, clockTime } from '../vscode/text.js'
import { errorKinds, errorStatuses, levels } from '../vscode/words.js'
import { icon } from './icons.js'
import { everyError, filteredErrors, gravity, type ErrorFilter } from './order.js'
import { History } from './history.js'
import { MORE, type View } from './parts.js'
import { Place } from './place.js'
import { Pulse } from './pulse.js'
import { agentsSection, decisionsSection, errorsSection, helpSection, locksSection, messagesSection, runsSection, tasksSection } from './sections.js'
import { pastNotice, scrubber } from './scrubber.js'
import { Store } from './store.js'
import { styles } from './styles.js'
import type { TimelineElement } from './timeline/timelineElement.js'
import { tilesOf, verdictOf, type Tone } from './tiles.js'
import { editor, kept, keep, type Kept } from './editor.js'

/** Rows shown of a list before somebody wants more. */
const FIRST = 15
/** Times such as "2 min ago" are brought up to date, and the editor is asked whether it is there, this often, in ms. */
const AGE_MS = 15_000

/** What opens a thing. */
const opening: Record<DashboardTarget['type'], Act> = { agent: 'muster.sendMessage', lock: 'muster.openFile', message: 'muster.openMessage', decision: 'muster.openDecision', task: 'muster.openTask', error: 'muster.openError', run: 'muster.openRunLog' }

const toneClasses: Record<Tone, string> = { calm: 'good', attention: 'warn', trouble: 'error' }

/** The whole page. Draws what the store knows; whatever is pressed is asked of the editor. */
export class DashboardElement extends LitElement {
  static override styles = styles
  private readonly store = new Store()
  private filter: ErrorFilter = kept().filter ?? everyError
  private readonly limits: Partial<Record<ListName, number>> = { ...kept().limits }
  private readonly place = new Place()
  private readonly history = new History((request) => editor.postMessage(request))
  private readonly pulse = new Pulse(() => editor.postMessage({ type: 'stillThere' }))
  private problem: string | undefined
  private aging: number | undefined
  /** Agent whose lane is chosen. */
  private chosen = kept().chosen ?? undefined
  /** The timeline is told of what comes; before there is one, it is kept for it. */
  private readonly untold: Extract<ToDashboard, { type: 'timeline' }>[] = []

  override connectedCallback(): void {
    super.connectedCallback()
    window.addEventListener('message', this.hear)
    this.aging = window.setInterval(() => {
      if (document.visibilityState === 'visible') this.pulse.beat()
      this.requestUpdate()
    }, AGE_MS)
    this.place.begin()
    editor.postMessage({ type: 'ready', past: kept().past })
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.removeEventListener('message', this.hear)
    this.place.end()
    window.clearInterval(this.aging)
  }

  private readonly hear = ({ data }: MessageEvent<ToDashboard>): void => {
    const back = this.pulse.hear(Date.now())
    if (data.type === 'here' && !back) return
    if (data.type === 'snapshot' || data.type === 'update') this.store.apply(data, Date.now())
    if (data.type === 'snapshot') keep({ past: data.moment && pastOf(data.moment) })
    if (data.type === 'snapshot' || data.type === 'problem') {
      this.problem = data.type === 'problem' ? data.text : undefined
      this.history.answered()
    }
    if (data.type === 'timeline') {
      this.store.span = data.span
      this.untold.push(data)
    }
    this.requestUpdate()
  }

  override updated(): void {
    const timeline = this.renderRoot.querySelector<TimelineElement>('muster-timeline')
    if (!timeline) return
    for (const part of this.untold.splice(0)) timeline.hear(part)
    // What rows and lanes are made of draws itself a moment later.
    void timeline.updateComplete.then(() => requestAnimationFrame(() => this.place.restore(!this.store.span.loading)))
  }

  override render(): TemplateResult {
    const { facts, lists, empty, moment, span, ahead } = this.store
    if (empty) return html`<p class="none" role="status">${t('Loading…')}</p>`
    if (facts.state !== 'on') return blank(facts, (deed) => this.do(deed))
    const view = this.view(facts)
    const now = this.now
    const silent = this.pulse.silentSince === undefined ? undefined : t('As of {0}. The editor does not answer: reload the window.', clockTime(now, this.store.now(Date.now())))
    const tiles = tilesOf(lists, facts)
    const verdict = silent === undefined ? verdictOf(tiles, facts) : { text: silent, tone: 'attention' as const }
    const live = (): void => this.history.ask({ type: 'live' })
    return html`
      <main>
        <div class="top">
          <div class="grow">
            <h1>${t('Dashboard')}</h1>
            <p class="verdict" role="status">${icon(verdict.tone === 'calm' ? 'decisions' : 'warning', toneClasses[verdict.tone])}<span>${verdict.text}</span></p>
          </div>
          <div class="buttons">
            <vscode-button secondary @click=${() => this.export('csv')}>${t('Export CSV')}</vscode-button>
            <vscode-button secondary @click=${() => this.export('json')}>${t('Export JSON')}</vscode-button>
          </div>
        </div>
        ${facts.trouble === undefined ? nothing : html`<div class="notice">${icon('warning', 'warn')}<p>${facts.trouble}</p>${facts.writable ? nothing : html`<vscode-button secondary @click=${() => this.do('muster.tryAgain')}>${t('Try Again')}</vscode-button>`}</div>`}
        ${facts.concerns.map((concern) => html`<div class="notice">${icon('warning', 'warn')}<p>${concern}</p></div>`)}
        ${moment ? pastNotice(moment, now, live) : nothing}
        <ul class="tiles" aria-label=${t('At a glance')}>
          ${tiles.map(({ list, label, value, detail, tone }) => html`
            <li><button class="tile" data-tile=${list} @click=${() => this.show(list)}>
              <span class="value">${icon(tone === 'calm' ? list : 'warning', tone === 'calm' ? 'dim' : toneClasses[tone])}${value}</span>
              <span class="label">${label}</span>
              <span class="detail">${detail}</span>
            </button></li>`)}
        </ul>
        <section class="card timeline" aria-labelledby="heading-timeline">
          <header><h2 id="heading-timeline" tabindex="-1">${icon('waits')}<span>${t('Timeline')}</span></h2></header>
          <muster-timeline .agents=${lists.agents} .locks=${lists.locks} .ahead=${ahead} .stopped=${silent === undefined ? undefined : now} .moment=${moment?.at} .selected=${this.chosen}
            @choose=${(event: CustomEvent<string | null>) => this.choose(event.detail ?? undefined)} @open=${(event: CustomEvent<DashboardTarget>) => view.act(opening[event.detail.type], event.detail)} @earlier=${() => editor.postMessage({ type: 'earlier' })}></muster-timeline>
          ${scrubber({ span, now, moment, silent, problem: this.problem, lookBack: (at) => this.history.ask({ type: 'lookBack', at }), step: (by) => this.history.ask({ type: 'step', by }), live })}
        </section>
        <div class="cards">
          ${agentsSection(view, lists.agents, (agent) => this.choose(agent, true))}
          ${locksSection(view, lists.locks)}
          ${decisionsSection(view, lists.decisions)}
          ${helpSection(view, lists.help)}
          ${errorsSection(view, lists.errors, filteredErrors(lists.errors, this.filter), this.filters(lists.errors))}
          ${runsSection(view, lists.runs)}
          ${tasksSection(view, lists.tasks)}
          ${messagesSection(view, lists.messages)}
        </div>
      </main>
    `
  }

  /** The editor's time; while it does not answer, when it was last heard: that is how old all that is shown is. */
  private get now(): number {
    return this.store.now(this.pulse.silentSince ?? Date.now())
  }

  private view(facts: Facts): View {
    return {
      facts,
      // What is looked back at was as old as it was then.
      now: this.store.moment?.at ?? this.now,
      past: this.store.moment !== undefined,
      act: (act, target) => editor.postMessage({ type: 'act', act, target }),
      do: (deed) => this.do(deed),
      shown: (list) => this.limits[list] ?? FIRST,
      more: (list) => {
        this.limits[list] = (this.limits[list] ?? FIRST) + MORE
        keep({ limits: this.limits })
        this.requestUpdate()
      },
    }
  }

  private export(format: 'csv' | 'json'): void {
    editor.postMessage({ type: 'export', format, errors: this.filter })
  }

  private do(deed: Deed): void {
    editor.postMessage({ type: 'do', deed })
  }

  /** @param go brings the timeline into sight */
  private choose(agent: string | undefined, go = false): void {
    this.chosen = agent
    keep({ chosen: agent })
    this.requestUpdate()
    if (go) this.show('timeline')
  }

  /** Goes to a list, for eyes and for the keyboard. */
  private show(list: ListName | 'timeline'): void {
    const heading = this.renderRoot.querySelector<HTMLElement>(`#heading-${list}`)
    heading?.scrollIntoView({ block: 'start', behavior: 'auto' })
    heading?.focus({ preventScroll: true })
  }

  private filters(errors: readonly ErrorItem[]): TemplateResult {
    const severities = Object.keys(gravity) as ErrorItem['severity'][]
    const agents = [...new Set(errors.map(({ agent }) => agent))].sort(byName)
    return html`<div class="filters" role="group" aria-label=${t('Filter errors')}>
      ${this.select('agent', t('Agent'), agents.map((agent) => [agent, agent]))}
      ${this.select('severity', t('Severity'), severities.map((one) => [one, levels(one)]))}
      ${this.select('kind', t('Type'), (['conflict', 'dependency', 'code_error', 'timeout', 'other'] as const).map((kind) => [kind, errorKinds(kind)]))}
      ${this.select('status', t('State'), (['open', 'resolved'] as const).map((status) => [status, errorStatuses(status)]))}
    </div>`
  }

  private select(field: keyof ErrorFilter, label: string, options: readonly (readonly [value: string, text: string])[]): TemplateResult {
    const choose = (event: Event): void => {
      this.filter = { ...this.filter, [field]: (event.target as HTMLSelectElement).value }
      keep({ filter: this.filter })
      this.requestUpdate()
    }
    const chosen = this.filter[field]
    // What was chosen before stays a choice, also where nothing is of that kind any more.
    const offered = chosen === '' || options.some(([value]) => value === chosen) ? options : [...options, [chosen, chosen] as const]
    return html`<label>${label}<select data-filter=${field} @change=${choose}>
      <option value="" .selected=${live(chosen === '')}>${t('all')}</option>
      ${offered.map(([value, text]) => html`<option value=${value} .selected=${live(chosen === value)}>${text}</option>`)}
    </select></label>`
  }
}

/** A change is known by its number, since several can have one time; any other moment by its time. */
function pastOf({ at, changed, seq }: Moment): Kept['past'] {
  return at === changed ? { at, seq } : { at }
}

/** Where there is nothing to show. */
function blank({ state, trouble }: Facts, press: (deed: Deed) => void): TemplateResult {
  const words = { nothing: t('Open a folder to see who works on it.'), off: t('Muster is off here.'), opening: t('Muster is starting…'), failed: trouble ?? t('Muster cannot start.'), on: '' }[state]
  return html`<main class="blank">
    <h1>${t('Dashboard')}</h1>
    <p role="status">${words}</p>
    ${state === 'off' ? html`<vscode-button @click=${() => press('muster.turnOn')}>${t('Turn On')}</vscode-button>` : nothing}
    ${state === 'failed' ? html`<vscode-button @click=${() => press('muster.tryAgain')}>${t('Try Again')}</vscode-button>` : nothing}
  </main>`
}
