/** Child process of bench/visibility.ts: reports each claim the moment it is in its state. */
import { openMuster } from '../src/core/open.js'

const m = await openMuster({ folder: process.argv[2]!, agent: 'reader' })
m.onDidChange(({ entries }) => {
  const at = process.hrtime.bigint().toString()
  for (const { event } of entries) if (event.type === 'claim.granted' && event.resource.kind === 'file') process.send!({ resource: event.resource.path, at })
})
process.send!({ resource: 'ready', at: '0' })
