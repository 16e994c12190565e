import { keep, kept } from './editor.js'

/** Whoever does one of these wants to be elsewhere. */
const gestures = ['wheel', 'pointerdown', 'keydown', 'touchstart'] as const

/** ms for which the page goes back to where it was. */
const PATIENCE = 5_000

/** How far the page is scrolled: kept, and gone back to when the page is made anew, which takes until its lists and lanes are there. */
export class Place {
  private wanted = kept().top
  /** A log that takes longer to read lengthens the page under whoever reads it by then. */
  private readonly until = performance.now() + PATIENCE

  begin(): void {
    window.addEventListener('scroll', this.note, { passive: true })
    for (const gesture of gestures) window.addEventListener(gesture, this.stay, { passive: true })
  }

  end(): void {
    window.removeEventListener('scroll', this.note)
    for (const gesture of gestures) window.removeEventListener(gesture, this.stay)
  }

  /** @param whole nothing more will make the page longer */
  restore(whole: boolean): void {
    if (this.wanted === undefined) return
    window.scrollTo(0, this.wanted)
    if (whole || performance.now() > this.until) this.wanted = undefined
  }

  private readonly note = (): void => {
    if (this.wanted === undefined) keep({ top: window.scrollY })
  }

  private readonly stay = (): void => void (this.wanted = undefined)
}
