import { html, LitElement, nothing, type PropertyValues, type TemplateResult } from 'lit'
import { live } from 'lit/directives/live.js'
import type { AgentItem, LockItem, ToDashboard } from '../../protocol/dashboard.js'
import type { DashboardTarget } from '../../protocol/requests.js'
import { plural, t } from '../../vscode/l10n.js'
import { lockCount, parts } from '../../vscode/text.js'
import { keep, kept } from '../editor.js'
import { icon, type IconName } from '../icons.js'
import { AXIS, draw, LANE, type Hit, type Palette, type Picture } from './draw.js'
import { laneTable } from './laneTable.js'
import { Lanes } from './lanes.js'
import { legend } from './legend.js'
import { paletteOf } from './palette.js'
import { Pointer } from './pointer.js'
import { timeText, type Range } from './scale.js'
import { timelineStyles } from './timelineStyles.js'
import { Viewport } from './viewport.js'

const HIGHEST = 13 * LANE + AXIS
/** While it follows, it moves on this often, in ms. */
const MOVE_MS = 1_000
const ZOOM = 1.5
/** Agents to choose from by name; keys and clicks reach all. */
const CHOICES = 200

/** One lane for each agent. A canvas for eyes and mouse; keys move through it, and the chosen lane is also a table. */
export class TimelineElement extends LitElement {
  static override styles = timelineStyles
  static override properties = { agents: { attribute: false }, locks: { attribute: false }, ahead: { attribute: false }, stopped: { attribute: false }, moment: { attribute: false }, selected: { attribute: false } }
  declare agents: readonly AgentItem[]
  declare locks: readonly LockItem[]
  /** ms that the editor's clock is ahead. */
  declare ahead: number
  /** The time at which it stands, where nothing is told of what comes. */
  declare stopped: number | undefined
  declare moment: number | undefined
  declare selected: string | undefined
  readonly lanes = new Lanes()
  private order: string[] = []
  private stale = new Map<string, number>()
  private names = new Map<string, string>()
  private readonly viewport = new Viewport(kept().seen)
  private palette: Palette | undefined
  private drawn: Picture | undefined
  private pending = 0
  private timer = 0
  private readonly observers: { disconnect(): void }[] = []

  constructor() {
    super()
    this.agents = []
    this.locks = []
    this.ahead = 0
  }

  hear({ part, span, whole }: Extract<ToDashboard, { type: 'timeline' }>): void {
    this.lanes.apply(part, span, whole)
    this.requestUpdate('agents', undefined)
  }

  get now(): number {
    return this.stopped ?? Date.now() + this.ahead
  }

  override connectedCallback(): void {
    super.connectedCallback()
    this.timer = window.setInterval(() => {
      if (document.visibilityState === 'visible' && this.viewport.follows && this.stopped === undefined) this.redraw()
    }, MOVE_MS)
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback()
    window.clearInterval(this.timer)
    for (const observer of this.observers.splice(0)) observer.disconnect()
  }

  override firstUpdated(): void {
    const resized = new ResizeObserver(() => this.redraw())
    resized.observe(this.scroller)
    // The editor changes classes and variables of the page with the theme.
    const themed = new MutationObserver(() => {
      this.palette = undefined
      this.redraw()
    })
    themed.observe(document.documentElement, { attributes: true })
    themed.observe(document.body, { attributes: true })
    this.observers.push(resized, themed)
    new Pointer({
      scroller: this.scroller,
      tip: this.renderRoot.querySelector<HTMLElement>('.tip')!,
      drawn: () => this.drawn,
      pan: (share, from) => this.pan(share, from),
      zoom: (factor, anchor) => this.zoom(factor, anchor),
      textOf: (hit) => this.textOf(hit),
      click: (hit) => this.follow(hit),
    })
  }

  override willUpdate(changed: PropertyValues): void {
    if (changed.has('agents')) {
      this.order = this.lanes.order(this.agents)
      this.names = new Map(this.agents.map(({ id, name }) => [id, name]))
    }
    if (changed.has('locks')) this.stale = new Map(this.locks.flatMap(({ id, staleSince }) => (staleSince === undefined ? [] : [[id, staleSince]])))
  }

  override updated(): void {
    const height = AXIS + Math.max(1, this.order.length) * LANE
    this.scroller.style.height = `${Math.min(HIGHEST, height)}px`
    this.space.style.height = `${height}px`
    this.redraw()
  }

  override render(): TemplateResult {
    const { span } = this.lanes
    const range = this.shown()
    const lane = this.selected === undefined ? undefined : this.lanes.lane(this.selected, this.nameOf(this.selected))
    const label = t('Timeline from {0} to {1}: {2}, {3}. Up and down choose an agent, left and right move in time, plus and minus zoom.', timeText(range.from, this.now), timeText(range.to, this.now), plural(this.order.length, '1 agent', '{n} agents'), lockCount(this.lanes.locks))
    return html`
      <div class="tools">
        ${span.earlier && !span.loading ? html`<button class="tool wide" @click=${() => this.ask('earlier')}>${t('Show Earlier')}</button>` : nothing}
        ${span.loading ? html`<span class="dim" role="status">${t('Loading…')}</span>` : nothing}
        <label class="agent">${t('Agent')} <select @change=${(event: Event) => this.choose((event.target as HTMLSelectElement).value || undefined)}>
          <option value="" .selected=${live(lane === undefined)}>${t('none chosen')}</option>
          ${this.choices().map((id) => html`<option value=${id} .selected=${live(id === this.selected)}>${this.nameOf(id)}</option>`)}
        </select></label>
        ${this.tool('previous', t('Move Back in Time'), () => this.pan(-0.5))}
        ${this.tool('next', t('Move On in Time'), () => this.pan(0.5))}
        ${this.tool('zoomOut', t('Zoom Out'), () => this.zoom(ZOOM))}
        ${this.tool('zoomIn', t('Zoom In'), () => this.zoom(1 / ZOOM))}
        ${this.tool('fit', t('Show All'), () => this.look(this.bounds()))}
        ${this.tool('live', t('Follow'), () => this.pan(Infinity), this.viewport.follows)}
      </div>
      <div class="frame">
        <div class="scroll" tabindex="0" role="application" aria-label=${label}
          @scroll=${() => this.redraw()} @keydown=${this.key}>
          <canvas></canvas><div class="space"></div>
        </div>
        <div class="tip" aria-hidden="true" hidden></div>
      </div>
      ${legend()}
      ${lane ? laneTable(lane, range, this.now, (target) => this.open(target), () => this.choose(undefined)) : nothing}
    `
  }

  private tool(name: IconName, label: string, press: () => void, pressed?: boolean): TemplateResult {
    return html`<button class="tool" title=${label} aria-label=${label} aria-pressed=${pressed ?? nothing} @click=${press}>${icon(name)}</button>`
  }

  private get scroller(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.scroll')!
  }

  private get space(): HTMLElement {
    return this.renderRoot.querySelector<HTMLElement>('.space')!
  }

  private nameOf(agent: string): string {
    return this.names.get(agent) ?? this.lanes.nameOf(agent)
  }

  private bounds(): Range {
    return this.viewport.bounds(this.lanes.span.from, this.now)
  }

  private shown(): Range {
    return this.viewport.shown(this.bounds())
  }

  private look(range: Range): void {
    this.viewport.look(range, this.bounds())
    this.moved()
  }

  private zoom(factor: number, anchor?: number): void {
    this.viewport.zoom(factor, this.bounds(), anchor)
    this.moved()
  }

  private pan(share: number, from?: Range): void {
    this.viewport.pan(share, this.bounds(), from)
    this.moved()
  }

  private moved(): void {
    keep({ seen: this.viewport.seen })
    this.requestUpdate()
  }

  /** Nobody is told of as `null`: events have no other word for it. */
  private choose(agent: string | undefined): void {
    this.dispatchEvent(new CustomEvent('choose', { detail: agent }))
  }

  private open(target: DashboardTarget): void {
    this.dispatchEvent(new CustomEvent('open', { detail: target }))
  }

  /** One that was chosen with the pointer may be further down than a list is long. */
  private choices(): readonly string[] {
    const first = this.order.slice(0, CHOICES)
    return this.selected === undefined || first.includes(this.selected) ? first : [...first, this.selected]
  }

  private ask(what: 'earlier'): void {
    this.dispatchEvent(new CustomEvent(what))
  }

  private redraw(): void {
    this.pending ||= requestAnimationFrame(() => {
      this.pending = 0
      if (this.isConnected) this.draw()
    })
  }

  private draw(): void {
    const canvas = this.renderRoot.querySelector('canvas')
    const context = canvas?.getContext('2d')
    if (!canvas || !context) return
    const { clientWidth: width, clientHeight: height, scrollTop: scrolled } = this.scroller
    const ratio = window.devicePixelRatio
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio)
      canvas.height = Math.round(height * ratio)
      canvas.style.width = `${width}px`
      canvas.style.height = `${height}px`
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    this.palette ??= paletteOf(this)
    const { order, names } = this
    this.drawn = {
      width, height, scrolled,
      gutter: Math.round(Math.min(160, Math.max(92, width * 0.18))),
      range: this.shown(),
      now: this.now,
      moment: this.moment,
      lanes: order.length,
      lane: (index) => this.lanes.lane(order[index]!, names.get(order[index]!)),
      staleSince: ({ tree, label, agent }) => this.stale.get(`${tree}\n${label}\n${agent}`),
      selected: this.selected,
    }
    draw(context, this.drawn, this.palette)
  }

  private readonly key = (event: KeyboardEvent): void => {
    const index = this.order.indexOf(this.selected ?? '')
    const acts: Record<string, () => void> = {
      ArrowLeft: () => this.pan(-0.15),
      ArrowRight: () => this.pan(0.15),
      ArrowUp: () => this.step(Math.max(0, index - 1)),
      ArrowDown: () => this.step(Math.min(this.order.length - 1, index + 1)),
      '+': () => this.zoom(1 / ZOOM),
      '=': () => this.zoom(1 / ZOOM),
      '-': () => this.zoom(ZOOM),
      0: () => this.look(this.bounds()),
      Home: () => this.pan(-Infinity),
      End: () => this.pan(Infinity),
      Escape: () => this.choose(undefined),
    }
    const act = event.ctrlKey || event.metaKey || event.altKey ? undefined : acts[event.key]
    if (!act) return
    event.preventDefault()
    act()
  }

  private step(index: number): void {
    const agent = this.order[index]
    if (agent === undefined) return
    this.choose(agent)
    const { scrollTop, clientHeight } = this.scroller
    if (index * LANE < scrollTop) this.scroller.scrollTop = index * LANE
    if ((index + 1) * LANE + AXIS > scrollTop + clientHeight) this.scroller.scrollTop = (index + 1) * LANE + AXIS - clientHeight
  }

  private follow({ mark, bar, lane }: Hit): void {
    if (mark?.target && mark.kind !== 'checkIn') this.open(mark.target)
    else if (bar?.opens) this.open({ type: 'lock', tree: bar.tree, resource: bar.label, heldBy: bar.agent })
    else this.choose(lane.agent)
  }

  private textOf({ mark, bar }: Hit): string | undefined {
    if (mark) return `${timeText(mark.at, this.now)} · ${mark.text}`
    if (!bar) return undefined
    const since = this.stale.get(`${bar.tree}\n${bar.label}\n${bar.agent}`)
    const time = timeText(bar.from, this.now)
    return parts(
      bar.label,
      bar.cut === true ? t('before {0}', time) : t('from {time}', { time }),
      bar.to === undefined ? t('held') : t('{how} {time}', { how: bar.ended ?? t('ended'), time: timeText(bar.to, this.now) }),
      bar.to === undefined && since !== undefined ? t('stale') : bar.stale && t('was stale'),
    )
  }
}
