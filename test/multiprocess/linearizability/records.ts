import { existsSync, readFileSync } from 'node:fs'
import type { Operation } from '../../linearizability/checker.js'
import type { LockInput, LockOutput } from '../../linearizability/lockModel.js'

/** One line of a worker's file: a call before it is made, or its answer for each resource concerned. */
export type Written = { call: number; at: string; inputs: LockInput[] } | { call: number; at: string; outputs: LockOutput[] }

/** What a worker wrote down, up to the moment it was killed. A line that was cut off was not written. */
export function readRecords(file: string, client: string): Operation<LockInput, LockOutput>[] {
  // Killed before it came to anything.
  if (!existsSync(file)) return []
  const operations = new Map<number, Operation<LockInput, LockOutput>[]>()
  for (const line of readFileSync(file, 'utf8').split('\n').slice(0, -1)) {
    const written = JSON.parse(line) as Written
    if ('inputs' in written) {
      operations.set(written.call, written.inputs.map((input) => ({ client, input, output: undefined, invoked: BigInt(written.at), responded: undefined })))
      continue
    }
    for (const [i, operation] of operations.get(written.call)!.entries()) {
      operation.output = written.outputs[i]
      operation.responded = BigInt(written.at)
    }
  }
  return [...operations.values()].flat()
}
