import type { DashboardRequest } from '../protocol/requests.js'

/** Questions about the past, one at a time: while one is being answered, only the last of those that come is kept. */
export class History {
  private asking = false
  private next: DashboardRequest | undefined

  constructor(private readonly post: (request: DashboardRequest) => void) {}

  ask(request: DashboardRequest): void {
    if (this.asking) this.next = request
    else this.send(request)
  }

  /** An answer has come, or it failed. */
  answered(): void {
    const { next } = this
    this.asking = false
    this.next = undefined
    if (next) this.send(next)
  }

  private send(request: DashboardRequest): void {
    this.asking = true
    this.post(request)
  }
}
