import * as z from 'zod'
import type { Stamp } from '../ledger/port.js'
import { taskPriorities, type TaskStatus } from './words.js'

export const taskFields = z.object({
  title: z.string(),
  /** As people write them, from the root of the working tree. */
  resources: z.array(z.string()),
  priority: z.enum(taskPriorities),
  /** Agent id of the one it is meant for; nobody in particular: whoever asks for a task first. */
  assignee: z.string().optional(),
  phase: z.string().optional(),
  /** Ids of tasks that have to be over before. */
  dependsOn: z.array(z.string()),
  /** What must be true for it to count as done. */
  acceptance: z.array(z.string()),
})
export type TaskFields = z.infer<typeof taskFields>

export interface Task extends TaskFields {
  /** `T-<number>`. */
  id: string
  number: number
  status: TaskStatus
  addedBy: string
  added: Stamp
  /** Agent id of the one at work on it, or who finished it. */
  worker?: string
  started?: Stamp
  /** Done or cancelled. */
  closed?: { by: string; note: string; stamp: Stamp }
}
