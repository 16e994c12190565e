/**
 * `npm run bench:peers`: Muster beside the tools of its kind that npm has, on the same disk in the same run. Writes
 * bench/results-peers.json and the table in README.md. `npm run bench:peers -- --quick` takes a minute and writes nothing.
 */
import { mkdtempSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../scripts/projectRoot.js'
import { writePages } from '../../scripts/pages/pages.js'
import { removeFolder } from '../../scripts/removeFolder.js'
import { benchPeers } from './bench.js'

const base = mkdtempSync(join(projectRoot, '.bench-'))
const remove = (): void => removeFolder(base)
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => {
    remove()
    process.exit(130)
  })
}
try {
  const quick = process.argv.includes('--quick')
  if (!(await benchPeers(base, quick))) process.exitCode = 1
  else if (!quick) writePages()
} finally {
  remove()
}
