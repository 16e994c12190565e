import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canInstallPackages, installPackages } from './debian.js'

const names = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome', 'microsoft-edge']
const applications = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge',
]

/** What Chromium needs to run headless, without sandbox (root in a container) and without calling home. */
export const chromiumFlags = [
  '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync',
]

/** The browser to use: `MUSTER_CHROMIUM`, else the first Chromium, Chrome or Edge found; `undefined` if none. */
function findChromium(): string | undefined {
  const chosen = process.env['MUSTER_CHROMIUM']
  if (chosen) {
    if (!existsSync(chosen)) throw new Error(`MUSTER_CHROMIUM names ${chosen}, which does not exist.`)
    return chosen
  }
  const folders = (process.env['PATH'] ?? '').split(delimiter)
  const candidates = [...folders.flatMap((folder) => names.map((name) => join(folder, name))), ...applications]
  return candidates.find((file) => existsSync(file))
}

/** Finds a browser, installing Debian's Chromium when none is there and we may; throws saying what to do otherwise. */
export async function prepareChromium(log: (line: string) => void): Promise<string> {
  const found = findChromium()
  if (found) return found
  const advice = 'Install Chromium, Chrome or Edge (on Debian: `apt-get install -y chromium`), or set MUSTER_CHROMIUM to one.'
  if (!canInstallPackages()) throw new Error(`No Chromium was found. ${advice}`)
  // The fonts keep screenshots readable: Debian's Chromium brings none.
  await installPackages(['chromium', 'fonts-dejavu-core'], log).catch((error: unknown) => {
    throw new Error(`Chromium could not be installed. ${advice}`, { cause: error })
  })
  const installed = findChromium()
  if (!installed) throw new Error(`Chromium was installed but not found. ${advice}`)
  return installed
}
