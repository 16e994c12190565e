import type { DashboardRequest } from '../protocol/requests.js'
import type { ErrorFilter } from './order.js'

/** How the dashboard was left: comes back when it is shown again, and after a reload. */
export interface Kept {
  filter?: ErrorFilter
  /** Agent whose lane of the timeline is chosen. */
  chosen?: string | undefined
}

declare function acquireVsCodeApi(): { postMessage(message: DashboardRequest): void; getState(): Kept | undefined; setState(state: Kept): void }

export const editor = acquireVsCodeApi()

export function kept(): Kept {
  return editor.getState() ?? {}
}

export function keep(change: Kept): void {
  editor.setState({ ...kept(), ...change })
}
