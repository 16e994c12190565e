import { migrate } from '../../../src/core/migrate.js'
import { knowBoot } from '../../../src/core/system/clock.js'

/** Moves the records of a folder; with a number, is killed at that step, as by kill -9. Says the report on standard output. */
const [, , folder = '', to = '', killedAt = '-1'] = process.argv
await knowBoot()
let steps = 0
const report = await migrate({
  folder,
  to: to as 'database' | 'folder',
  onStep: ({ step }) => {
    process.stderr.write(`${step}\n`)
    if (steps++ === Number(killedAt)) process.kill(process.pid, 'SIGKILL')
  },
})
process.stdout.write(JSON.stringify(report))
