import { parseArgs } from 'node:util'
import { resolve } from 'node:path'

/** How `npm start` is to open VS Code. */
export interface StartOptions {
  /** The folder to open; `undefined` for a scratch repository. */
  readonly folder: string | undefined
  readonly demo: boolean
  readonly windows: number
  /** Use VS Code in the browser even where the desktop one is installed. */
  readonly browser: boolean
  /** Take a picture of each window into this file and end. */
  readonly screenshot: string | undefined
  /** Seconds to wait before the picture is taken. */
  readonly wait: number
}

export const startUsage = `npm start [-- [PATH] [--demo] [--windows N] [--browser] [--screenshot FILE [--wait SECONDS]]]

Opens a real VS Code with Muster: the desktop one where \`code\` is on PATH, otherwise in the browser.
  PATH               the folder to open (default: a small scratch repository)
  --demo             a demo repository with three agents at work
  --windows N        how many windows to open on it
  --browser          VS Code in the browser even where the desktop one is installed
  --screenshot FILE  take a picture of each window after --wait seconds (default 5) and end`

/** Reads the command line; throws with a message for the user. `undefined` means that help was asked for. */
export function readStartOptions(args: string[]): StartOptions | undefined {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: {
      demo: { type: 'boolean', default: false },
      windows: { type: 'string', default: '1' },
      browser: { type: 'boolean', default: false },
      screenshot: { type: 'string' },
      wait: { type: 'string', default: '5' },
      help: { type: 'boolean', short: 'h', default: false },
    },
  })
  if (values.help) return undefined
  const windows = Number(values.windows)
  if (!Number.isInteger(windows) || windows < 1 || windows > 20) throw new Error('--windows takes a number from 1 to 20.')
  const wait = Number(values.wait)
  if (!(wait >= 0)) throw new Error('--wait takes a number of seconds.')
  if (positionals.length > 1) throw new Error('Only one folder can be opened.')
  if (positionals.length > 0 && values.demo) throw new Error('--demo makes a repository of its own; leave out the folder.')
  // npm runs scripts in the project's folder and says in INIT_CWD where the user was.
  const folder = positionals[0] === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', positionals[0])
  return {
    folder, windows, wait, demo: values.demo,
    screenshot: values.screenshot === undefined ? undefined : resolve(process.env['INIT_CWD'] ?? '.', values.screenshot),
    browser: values.browser || values.screenshot !== undefined,
  }
}
