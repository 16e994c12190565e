/** Does something at most as often as the host can bear: asked while it rests, it does it once, afterwards. */
export class Resting {
  /** Monotonic ms. */
  private until = 0
  private later: NodeJS.Timeout | undefined

  /** @param rest After acting it rests so many times as long as that took: long lists must not take the host's time. */
  constructor(private readonly act: () => void, private readonly rest = 9) {}

  run(): void {
    if (this.later !== undefined) return
    const start = performance.now()
    if (start < this.until) {
      this.later = setTimeout(() => {
        this.later = undefined
        this.run()
      }, this.until - start)
      return
    }
    this.act()
    this.until = start + (this.rest + 1) * (performance.now() - start)
  }

  dispose(): void {
    clearTimeout(this.later)
  }
}
