import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { runTests } from '@vscode/test-electron'
import { editorCache, projectRoot } from '../../scripts/projectRoot.js'
import { makePlace } from './place.js'

const usage = `npm run test:desktop -- [--version minimum|stable|insiders|VERSION]

Runs the smoke tests of test/desktop/suite.ts in desktop VS Code, which is downloaded once. On Linux it needs a display
(\`xvfb-run -a npm run test:desktop\`) and does not run as root.
  --version   which VS Code: the oldest one that package.json allows (minimum, the default), the newest (stable), or one by its number`

/** The oldest editor that the manifest allows. */
function minimum(): string {
  const { engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { engines: { vscode: string } }
  return engines.vscode.replace('^', '')
}

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { version: { type: 'string', default: 'minimum' }, help: { type: 'boolean', short: 'h', default: false } } })
  if (values.help) return console.log(usage)
  const place = await makePlace()
  try {
    await runTests({
      version: values.version === 'minimum' ? minimum() : values.version,
      cachePath: editorCache,
      extensionDevelopmentPath: projectRoot,
      extensionTestsPath: place.suite,
      extensionTestsEnv: { MUSTER_SMOKE_RESULT: place.result },
      launchArgs: [place.repository, '--user-data-dir', place.userData, '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes', '--disable-updates'],
    })
    // It must not count as passed when nothing was run.
    const lines = readFileSync(place.result, 'utf8').trim().split('\n')
    console.log(lines.join('\n'))
    if (lines.at(-1) !== 'ended') throw new Error('The tests did not come to their end.')
  } finally {
    place.remove()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exitCode = 1
})
