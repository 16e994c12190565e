import { readFileSync } from 'node:fs'

/** Whether a process runs on this Linux: one that has ended and that nobody has asked for is not. */
export function isThere(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return !/^Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1').split(') ').at(-1) ?? '')
  } catch {
    return false
  }
}
