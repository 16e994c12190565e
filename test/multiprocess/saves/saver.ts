/** Child process: `node saver.js MUSTER WINDOW SIZE`. Saves again and again, each time another text of SIZE characters, and says when it begins and what it has. */
import { knowBoot } from '../../../src/core/system/clock.js'
import { knowProcesses } from '../../../src/core/system/processes.js'
import type { SaveBody } from '../../../src/core/model/save.js'
import { SaveStore } from '../../../src/core/saves/store.js'

const [, , muster = '', window = '', size = '', times = '1000000'] = process.argv
await Promise.all([knowBoot(), knowProcesses([process.pid])])
const store = new SaveStore(muster)
for (let n = 0; n < Number(times); n++) {
  const text = `${process.pid}.${n} ${'x'.repeat(Number(size))}`
  const body: SaveBody = { host: 'h', root: '/r', agent: window, content: { folders: [], groups: [], unsaved: [{ uri: 'untitled:1', text }], omitted: [], terminals: [] }, repositories: [], agents: [], claims: [] }
  process.stdout.write('begin\n')
  try {
    const { save } = await store.write(window, body, { reason: 'timer', keep: 5 })
    process.stdout.write(`saved ${save.id}\n`)
  } catch (error) {
    const { code, details } = error as { code?: string; details?: { errno?: string } }
    process.stdout.write(`refused ${code} ${details?.errno}\n`)
  }
}
