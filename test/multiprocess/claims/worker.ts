/**
 * Child process: `node worker.js FOLDER NAME`. Claims, holds and releases until told to stop, and reports each hold with the
 * machine's monotonic time, which all processes share.
 */
import { createHash } from 'node:crypto'
import { openMuster } from '../../../src/core/open.js'

const [folder, name] = process.argv.slice(2) as [string, string]
const resources = ['a.ts', 'b.ts', 'src/', 'src/x.ts', 'port:3000']
const m = await openMuster({ folder, agent: name, settings: { graceSeconds: 1, rescanSeconds: 1 } })
let stopped = false
process.on('message', (message) => {
  if (message === 'stop') stopped = true
})
process.send!({ type: 'ready' })

let seed = Number.parseInt(createHash('sha256').update(name).digest('hex').slice(0, 8), 16)
function random(below: number): number {
  seed = (Math.imul(seed, 1_664_525) + 1_013_904_223) >>> 0
  return seed % below
}

for (let step = 0; !stopped; step++) {
  const resource = resources[random(resources.length)]!
  const result = await m.claim(resource, { takeOver: random(4) === 0, minutes: 0.05 })
  if (result.ok) {
    const start = process.hrtime.bigint()
    await new Promise((resolve) => setTimeout(resolve, random(8)))
    const end = process.hrtime.bigint()
    const released = await m.release(resource, { token: result.token })
    process.send!({ type: 'held', resource, token: result.token, start: start.toString(), end: end.toString(), released: released.ok })
  } else {
    await new Promise((resolve) => setTimeout(resolve, random(5)))
  }
}
const state = m.state()
await m.close()
process.send!({ type: 'done', agents: state.agents.length })
process.disconnect()
