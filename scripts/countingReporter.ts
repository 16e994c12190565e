import { appendFileSync } from 'node:fs'
import Mocha from 'mocha'

/** How long what a test left behind may keep the process alive after the last test, in milliseconds. */
const lingerMs = 30_000

/**
 * Mocha's usual output, and one line per test in the file named by the reporter option `events`, so that
 * a run which crashes half-way is still counted as far as it came. Also ends a run that would hang.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const file = (options.reporterOptions as { events: string }).events
    const note = (event: string): void => appendFileSync(file, `${event}\n`)
    runner.on('pass', () => note('passed'))
    runner.on('fail', () => note('failed'))
    runner.on('pending', () => note('skipped'))
    runner.on('end', () => {
      note('end')
      // Only fires when something else keeps the process alive.
      setTimeout(() => {
        console.error(`The tests have ended, but something they started still runs: ${process.getActiveResourcesInfo().join(', ')}`)
        // Not by exit code: mocha replaces it with its own while the process ends.
        note('lingered')
        process.exit(1)
      }, lingerMs).unref()
    })
  }
}
