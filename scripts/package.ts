import { mkdtempSync, realpathSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { makeVsix, stage } from './packaging.js'
import { projectRoot } from './projectRoot.js'
import { removeFolder } from './removeFolder.js'

/** `npm run package [-- --out FOLDER]`: `muster-VERSION.vsix`, to be installed by `code --install-extension`. */
async function main(): Promise<void> {
  const { values } = parseArgs({ options: { out: { type: 'string', default: projectRoot } } })
  // A name of its own for what the bundles are made in: `dist/` may be in use.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-package-')))
  try {
    stage(folder)
    const file = makeVsix(folder, resolve(process.env['INIT_CWD'] ?? '.', values.out))
    console.log(`${file} (${Math.round(statSync(file).size / 1024)} KB)`)
  } finally {
    removeFolder(folder)
  }
}

await main()
