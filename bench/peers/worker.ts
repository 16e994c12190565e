import { mkdirSync } from 'node:fs'
import { Socket } from 'node:net'
import { PEERS } from './peers.js'

/** What a worker is asked to do: calls one after the other, or one claim at a moment at which others make it too. */
export type Order =
  | { do: 'claim' | 'send'; from: number; count: number }
  | { do: 'inbox' }
  | { do: 'race'; file: string; at: number }
  | { do: 'end' }

/** What it answers: how long each call took, in microseconds, or what came of the race. */
export type Answer = { times: number[]; returned?: number } | { won: boolean } | { failed: string } | { ready: true }

const [, , name = '', home = '', modules = '', agent = ''] = process.argv

// What is measured speaks to nobody: a package that tries finds nothing there.
Socket.prototype.connect = () => {
  throw new Error('no connections while measuring')
}
mkdirSync(home, { recursive: true })
const peer = await PEERS.find((one) => one.name === name)!.open({ home, modules, agent })

/** Files claimed and messages sent have the same names for all, so that none has longer records. */
const once: Record<'claim' | 'send', (number: number) => Promise<void>> = {
  claim: async (number) => {
    if (!(await peer.claim(`src/part-${number % 50}/file-${number}.ts`))) throw new Error('a free file was refused')
  },
  send: (number) => peer.send('reader', number),
}

async function answer(order: Order): Promise<Answer> {
  if (order.do === 'race') {
    while (Date.now() < order.at) if (order.at - Date.now() > 3) await new Promise((resolve) => setTimeout(resolve, 1))
    return { won: await peer.claim(order.file) }
  }
  if (order.do === 'inbox') {
    const start = process.hrtime.bigint()
    const returned = await peer.inbox()
    return { times: [since(start)], returned }
  }
  if (order.do === 'end') {
    await peer.close()
    return { ready: true }
  }
  const times: number[] = []
  for (let number = order.from; number < order.from + order.count; number++) {
    const start = process.hrtime.bigint()
    await once[order.do](number)
    times.push(since(start))
  }
  return { times }
}

function since(start: bigint): number {
  return Number(process.hrtime.bigint() - start) / 1000
}

process.on('message', (order: Order) => {
  void answer(order)
    .catch((error: unknown): Answer => ({ failed: error instanceof Error ? error.message : String(error) }))
    .then((said) => process.send!(said, undefined, undefined, () => order.do === 'end' && process.exit(0)))
})
// Whoever measures is gone.
process.once('disconnect', () => process.exit(0))
process.send!({ ready: true } satisfies Answer)
