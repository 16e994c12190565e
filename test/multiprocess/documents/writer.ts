import { setTimeout as sleep } from 'node:timers/promises'
import { openMuster } from '../../../src/core/open.js'

/* Adds so many lines to a document, one at a time, once it is told to; says how often somebody else was first. */
const [folder = '', agent = '', file = '', lines = ''] = process.argv.slice(2)

const m = await openMuster({ folder, agent, watch: false })
await new Promise((resolve) => {
  process.once('message', resolve)
  process.send?.('ready')
})
let conflicts = 0
for (let line = 1; line <= Number(lines); ) {
  const result = await m.updateDocument(file, async (text) => {
    // As long as a model thinks, in proportion: others are sure to come in between now and then.
    await sleep(Math.random() * 20)
    return `${text}${agent} ${line}\n`
  })
  if (result.ok) line++
  else if (result.reason === 'CONFLICT') conflicts++
  else throw new Error(result.hint)
}
await m.close()
process.send?.(conflicts)
process.disconnect?.()
