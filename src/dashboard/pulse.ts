/**
 * Notices when the editor does not answer any more, as when its extension host has died: nothing on the page is brought up to
 * date then, and nobody is to take it for the present. It is asked now and then while the page is seen; whatever it says is an answer.
 */
export class Pulse {
  private heard = 0
  private asked = false
  /** When the editor was last heard, in ms since 1970, while it does not answer. */
  silentSince: number | undefined

  constructor(private readonly ask: () => void) {}

  /** The editor has said something. @returns whether it was silent */
  hear(now: number): boolean {
    const was = this.silentSince !== undefined
    this.heard = now
    this.asked = false
    this.silentSince = undefined
    return was
  }

  /** Called from time to time: what was asked the time before is answered by now. */
  beat(): void {
    if (this.asked) this.silentSince = this.heard
    this.asked = true
    this.ask()
  }
}
