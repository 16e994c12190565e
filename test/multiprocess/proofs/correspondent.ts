/**
 * Child process: `node correspondent.js FOLDER ROLE COUNT SHOWN ALLOWED`. A sender sends its numbered messages, each under a key of
 * its own, from the start whenever it starts; the reader writes down what it is shown, and in which read of
 * its life, until all have come, and reads on only while it has been shown fewer than the file ALLOWED says.
 */
import { openSync, readFileSync, writeSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { openMuster } from '../../../src/core/open.js'

const [folder, role, count, shown, allowed] = process.argv.slice(2) as [string, string, string, string, string]
const m = await openMuster({ folder, agent: role, settings: { rescanSeconds: 0.5 } })

if (role === 'reader') {
  const out = openSync(shown, 'a')
  const seen = new Set(readFileSync(shown, 'utf8').split('\n').filter(Boolean).map((line) => line.split(' ').slice(1).join(' ')))
  for (let batch = 1; seen.size < 2 * Number(count); batch++) {
    while (seen.size >= Number(readFileSync(allowed, 'utf8'))) await sleep(5)
    const messages = await m.readMessages({ unread: true })
    for (const { from, body } of messages) {
      writeSync(out, `${process.pid}.${batch} ${from} ${body}\n`)
      seen.add(`${from} ${body}`)
    }
    if (messages.length === 0) await sleep(10)
  }
} else {
  // Keys are remembered for the last 256: a killed sender goes on a little before the last it knows to be sent.
  const sent = (await m.readMessages({ peek: true })).filter((message) => message.from === role).map((message) => Number(message.body))
  for (let number = Math.max(1, Math.max(0, ...sent) - 3); number <= Number(count); number++) await m.sendMessage({ to: 'reader', body: String(number) }, `n${number}`)
}
await m.close()
process.exit(0)
