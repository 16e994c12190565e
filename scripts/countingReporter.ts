import { appendFileSync } from 'node:fs'
import { stripVTControlCharacters } from 'node:util'
import Mocha from 'mocha'

/** How long what a test left behind may keep the process alive after the last test, in milliseconds. */
const lingerMs = 30_000

/**
 * Mocha's usual output, and one line per test in the file named by the reporter option `events`, so that
 * a run which crashes half-way is still counted as far as it came. What failed, and how, goes to the file named by
 * `failures`. Also ends a run that would hang.
 */
export default class CountingReporter extends Mocha.reporters.Spec {
  constructor(runner: Mocha.Runner, options: Mocha.MochaOptions) {
    super(runner, options)
    const { events: file, failures } = options.reporterOptions as { events: string, failures: string }
    const note = (event: string): void => appendFileSync(file, `${event}\n`)
    runner.on('pass', () => note('passed'))
    runner.on('fail', (test, error: unknown) => {
      note('failed')
      const { stack, message } = error instanceof Error ? error : { stack: undefined, message: String(error) }
      // A property's counterexample and seed stand in the message, which a stack of another error does not repeat.
      const text = stack?.includes(message) ? stack : `${message}\n${stack ?? ''}`
      appendFileSync(failures, `${test.fullTitle()}\n${stripVTControlCharacters(text).trimEnd().replace(/^/gm, '  ')}\n\n`)
    })
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
