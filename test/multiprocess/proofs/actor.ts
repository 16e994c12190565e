/** Child process: one agent with the real library, told by messages what to do. Argument: {@link ActorOptions} as JSON. */
import { existsSync } from 'node:fs'
import type { Muster, OpenOptions } from '../../../src/core/muster.js'
import { openMuster } from '../../../src/core/open.js'
import { isMusterError } from '../../../src/core/errors.js'
import { FailPoints, lockNothing, type FailPoint } from './failPoints.js'

export interface ActorOptions extends OpenOptions {
  /** proper-lockfile does nothing here. */
  withoutTurns?: boolean
  /** ms this process's wall clock is wrong by. */
  clockWrong?: number
}

/** What the parent may ask for, besides the methods of the library. */
export type Order =
  | { id: number; do: 'open'; point?: FailPoint }
  | { id: number; do: 'call'; method: string; args: unknown[]; point?: FailPoint; at?: string }
  /** Stands still so long, and until there is such a file. */
  | { id: number; do: 'block'; ms: number; until?: string }
  /** Sends so many messages, `together` of them at a time: these share a line. */
  | { id: number; do: 'send'; to: string; count: number; together: number }
  /** Answers when it has seen so much of the ledger without being asked to look, less the time it had no turn for since it was asked; times are of the monotonic clock, in ns. */
  | { id: number; do: 'see'; head: number; asked: string }
  | { id: number; do: 'clock'; wrong: number }
  /** What it would draw now, without asking anybody: who holds what. */
  | { id: number; do: 'show' }

const { withoutTurns, clockWrong = 0, ...options } = JSON.parse(process.argv[2]!) as ActorOptions
const points = new FailPoints()
if (withoutTurns) lockNothing()
const rightly = Date.now
let wrong = clockWrong
Date.now = () => rightly() + wrong

/** How often a process that waits has a turn, in ns. */
const PACE = 50_000_000n
const standStill = (ms: number): unknown => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

let muster: Muster | undefined
/** No two messages are the same. */
let bodies = 0

async function carryOut(order: Order): Promise<unknown> {
  switch (order.do) {
    case 'open':
      points.arm(order.point)
      muster = await openMuster(options)
      points.disarm()
      return points.calls
    case 'block':
      // Everything of this process stands still, as in a long garbage collection or a debugger.
      standStill(order.ms)
      while (order.until !== undefined && !existsSync(order.until)) standStill(5)
      return String(process.hrtime.bigint())
    case 'send':
      for (let sent = 0; sent < order.count; sent += order.together) {
        await Promise.all(Array.from({ length: Math.min(order.together, order.count - sent) }, () => muster!.sendMessage({ to: order.to, body: String(bodies++) })))
      }
      return { head: muster!.ledgerStatus().head, at: String(process.hrtime.bigint()) }
    case 'see':
      return new Promise((resolve) => {
        let last = process.hrtime.bigint()
        // A machine that stops this process, or has none left for it, says nothing about how long it takes to see.
        let without = last - BigInt(order.asked)
        const turn = (): bigint => {
          const now = process.hrtime.bigint()
          if (now - last > PACE) without += now - last - PACE
          return (last = now)
        }
        const turns = setInterval(turn, Number(PACE / 1_000_000n))
        const look = (): void => {
          if (muster!.ledgerStatus().head < order.head) return
          clearInterval(turns)
          resolve(String(turn() - without))
        }
        muster!.onDidChange(look)
        look()
      })
    case 'show':
      return muster!.state().claims.map(({ resource, heldBy }) => `${resource} ${heldBy}`).sort()
    case 'clock':
      wrong = order.wrong
      return undefined
    case 'call': {
      const method = (muster as unknown as Record<string, (...args: unknown[]) => Promise<unknown>>)[order.method]!
      while (order.at !== undefined && process.hrtime.bigint() < BigInt(order.at)) {
        // A barrier: all start in the same microseconds.
      }
      points.arm(order.point)
      const result = await method.apply(muster, order.args)
      points.disarm()
      return { result, calls: points.calls }
    }
  }
}

process.on('message', (order: Order) => {
  carryOut(order).then(
    (value) => process.send?.({ id: order.id, value }),
    (error: unknown) => process.send?.({ id: order.id, error: { code: isMusterError(error) ? error.code : '', message: String(error instanceof Error ? error.stack : error) } }),
  )
})
process.on('disconnect', () => process.exit(0))
process.send!({ ready: true })
