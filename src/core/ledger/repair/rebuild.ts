import { MusterError } from '../../errors.js'
import type { Layout } from '../folder/layout.js'
import type { LedgerFs } from '../folder/ledgerFs.js'
import { readPutDown } from '../folder/putDown.js'
import type { LoadedSnapshot } from '../folder/snapshotFile.js'
import { pause } from '../folder/wholeFile.js'
import type { Machine } from '../port.js'
import { Replica } from '../replica.js'
import type { FoundLine } from './mainChain.js'
import type { Plan } from './plan.js'
import { readSegment } from './survey.js'

/** Lines taken between two turns of the event loop. */
const STEP = 2000

/**
 * The state that the lines of a plan lead to, from the newest snapshot on: what lost lines before it said is in it.
 * @throws MusterError LEDGER_NEWER, FOLDER_UNUSABLE: there are lines that this version cannot take
 */
export async function rebuild<S, E>(fs: LedgerFs, layout: Layout, machine: Machine<S, E>, chain: readonly FoundLine[], plan: Plan, snapshot: LoadedSnapshot<S> | undefined): Promise<Replica<S, E>> {
  const putDown = (name: string): S | undefined => {
    try {
      return readPutDown(fs, layout, machine, name)
    } catch {
      return undefined
    }
  }
  const replica = new Replica<S, E>(machine, undefined, snapshot && { ...snapshot.base, sums: [startOf(snapshot, chain)] }, putDown)
  let count = 0
  for (let number = 1; number <= plan.tip.segment; number++) {
    const original = readSegment(fs, layout, number).bytes
    const lines = plan.rewrite.get(number)
    for (const [bytes, start, end] of lines === undefined ? linesOf(original) : planned(lines, original)) {
      if (++count % STEP === 0) await pause()
      if (replica.consume(bytes, start, end) === 'closed') break
    }
  }
  const { blocked } = replica
  // What has moved away is in order; it goes on elsewhere.
  if (blocked !== undefined) throw new MusterError(blocked.code, blocked.message, blocked)
  return replica
}

/** Where a snapshot stands: where lines are missing there, before the next one that is left. */
function startOf({ base }: LoadedSnapshot<unknown>, chain: readonly FoundLine[]): readonly [number, string] {
  const here = base.sums.at(-1)!
  const next = chain.find(({ seq }) => seq > here[0])
  return next === undefined ? here : [next.seq - 1, next.prev]
}

function* linesOf(bytes: Buffer | undefined): Generator<[Buffer, number, number]> {
  if (bytes === undefined) return
  for (let start = 0, end = bytes.indexOf(0x0a); end >= 0; start = end + 1, end = bytes.indexOf(0x0a, start)) yield [bytes, start, end]
}

function* planned(lines: NonNullable<ReturnType<Plan['rewrite']['get']>>, original: Buffer | undefined): Generator<[Buffer, number, number]> {
  for (const { bytes, found } of lines) {
    if (bytes !== undefined) yield [bytes, 0, bytes.length - 1]
    else if (original !== undefined && found !== undefined) yield [original, found.start, found.end]
  }
}
