import { cpus, loadavg, release, totalmem } from 'node:os'

/** What figures were measured on, and when. */
export interface Machine {
  /** Processes that ran or waited, over the minute before: what else it had to do, and not what measuring made it do. */
  readonly load: number
  readonly date: string
  readonly node: string
  readonly system: string
  readonly cpu: string
  readonly memoryGiB: number
}

export function machine(): Machine {
  return {
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
    date: new Date().toISOString().slice(0, 10),
    node: process.version,
    system: `${process.platform} ${release()}`,
    cpu: `${cpus().length} × ${cpus()[0]?.model ?? 'unknown'}`,
    memoryGiB: Math.round(totalmem() / 2 ** 30),
  }
}

/** Measures, and answers what it was measured on as well: as the machine was before, since measuring loads it. */
export async function measured<T extends object>(measure: (machine: Machine) => Promise<T>, look = machine): Promise<{ machine: Machine } & T> {
  const before = look()
  return { machine: before, ...await measure(before) }
}

/** As a sentence's part: date, Node, system, processors, memory and load. */
export function said({ date, node, system, cpu, memoryGiB, load }: Machine): string {
  return `${date}, Node ${node.slice(1)}, ${system.split(' ')[0]}, ${cpu}, ${memoryGiB} GiB, load ${load}`
}
