import { hitAt, timeAt, type Hit, type Picture } from './draw.js'
import type { Range } from './scale.js'

/** A pointer that moved less, in px, has clicked. */
const CLICK = 4

/** What the pointer works with. */
export interface Ground {
  scroller: HTMLElement
  /** Shows what is under the pointer. */
  tip: HTMLElement
  drawn(): Picture | undefined
  pan(share: number, from?: Range): void
  zoom(factor: number, anchor: number): void
  /** What is there, in words; undefined where that is nothing. */
  textOf(hit: Hit): string | undefined
  click(hit: Hit): void
}

/** Drags to pan, wheels with Ctrl to zoom and across to pan, clicks, and tells what is under it. */
export class Pointer {
  private drag: { x: number; range: Range; moved: boolean } | undefined

  constructor(private readonly ground: Ground) {
    const { scroller } = ground
    // Not passive: it would scroll as well.
    scroller.addEventListener('wheel', (event) => this.wheel(event), { passive: false })
    scroller.addEventListener('pointerdown', (event) => this.press(event))
    scroller.addEventListener('pointermove', (event) => this.move(event))
    scroller.addEventListener('pointerup', (event) => this.release(event))
    for (const type of ['pointerleave', 'pointercancel'] as const) scroller.addEventListener(type, () => this.leave())
  }

  private wheel(event: WheelEvent): void {
    const drawn = this.ground.drawn()
    if (!drawn) return
    if (event.ctrlKey || event.metaKey) {
      event.preventDefault()
      return this.ground.zoom(Math.exp(event.deltaY / 300), timeAt(drawn, this.placeOf(event).x))
    }
    const across = event.shiftKey ? event.deltaY : event.deltaX
    if (across === 0) return
    event.preventDefault()
    this.ground.pan(across / (drawn.width - drawn.gutter))
  }

  private press(event: PointerEvent): void {
    const { x } = this.placeOf(event)
    const drawn = this.ground.drawn()
    if (event.button !== 0 || !drawn || x > drawn.width) return
    this.drag = { x, range: drawn.range, moved: false }
    this.ground.scroller.setPointerCapture(event.pointerId)
  }

  private move(event: PointerEvent): void {
    const { x, y } = this.placeOf(event)
    const { drag } = this
    const { scroller, textOf, pan, drawn: picture } = this.ground
    const drawn = picture()
    if (!drawn) return
    if (drag) {
      if (Math.abs(x - drag.x) < CLICK && !drag.moved) return
      drag.moved = true
      this.tell(undefined, x, y)
      return pan((drag.x - x) / (drawn.width - drawn.gutter), drag.range)
    }
    const hit = hitAt(drawn, x, y)
    // A long name is cut off in front of its lane.
    const text = hit && (x < drawn.gutter ? hit.lane.name : textOf(hit))
    scroller.classList.toggle('over', text !== undefined)
    this.tell(text, x, y)
  }

  private release(event: PointerEvent): void {
    const { drag } = this
    const drawn = this.ground.drawn()
    this.drag = undefined
    if (!drag || drag.moved || !drawn) return
    const { x, y } = this.placeOf(event)
    const hit = hitAt(drawn, x, y)
    if (hit) this.ground.click(hit)
  }

  private leave(): void {
    this.drag = undefined
    this.tell(undefined, 0, 0)
  }

  /** What is under the pointer, beside it. */
  private tell(text: string | undefined, x: number, y: number): void {
    const { tip, scroller } = this.ground
    tip.hidden = text === undefined
    tip.textContent = text ?? ''
    tip.style.left = `${Math.max(4, Math.min(x + 12, scroller.clientWidth - tip.offsetWidth - 8))}px`
    tip.style.top = `${y + 18}px`
  }

  private placeOf(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.ground.scroller.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }
}
