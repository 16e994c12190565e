import { openMuster } from '../../../src/core/open.js'
import { catchUp } from '../../../src/documents/documents.js'

/* A command that comes and goes: changes the records, and brings documents up to date before it ends. */
const [folder = '', root = '', task = ''] = process.argv.slice(2)

const muster = await openMuster({ folder, root, agent: 'alpha', attached: false, watch: false })
await muster.checkIn(null, { currentTask: task })
await catchUp(muster)
await muster.close()
process.disconnect?.()
