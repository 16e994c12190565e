import type { ListName } from '../protocol/dashboard.js'
import type { DashboardRequest } from '../protocol/requests.js'
import type { ErrorFilter } from './order.js'
import type { Seen } from './timeline/viewport.js'

/** How the dashboard was left: comes back when it is shown again, and after a reload. */
export interface Kept {
  filter?: ErrorFilter
  /** Agent whose lane of the timeline is chosen. */
  chosen?: string | undefined
  /** Rows shown of lists of which somebody wanted more. */
  limits?: Partial<Record<ListName, number>>
  /** What is looked back at; undefined for the present. */
  past?: Extract<DashboardRequest, { type: 'ready' }>['past']
  /** What part of the timeline is seen. */
  seen?: Seen | undefined
  /** Px that are scrolled out at the top. */
  top?: number
}

declare function acquireVsCodeApi(): { postMessage(message: DashboardRequest): void; getState(): Kept | undefined; setState(state: Kept): void }

export const editor = acquireVsCodeApi()

export function kept(): Kept {
  return editor.getState() ?? {}
}

export function keep(change: Kept): void {
  editor.setState({ ...kept(), ...change })
}
