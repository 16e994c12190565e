/** Child process: `node fullDiskRuns.js DISK`, on a small disk of its own. Runs commands that fill it, and sends what became of their runs. */
import { readdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { start } from '../../unit/cli/musterProcess.js'

const [, , disk = ''] = process.argv
const ballast = join(disk, 'ballast')
const experiments = join(disk, 'experiments')

/** Ten items; after the third the disk is full, and where it is told so there is room again after the eighth. What is printed in between is several times what a pipe or socket holds, so that it has been read. */
const command = `const fs = require('fs'), [ballast, room] = process.argv.slice(1)
const fill = () => { const fd = fs.openSync(ballast, 'a'); for (const size of [65536, 4096, 1]) try { for (;;) fs.writeSync(fd, Buffer.alloc(size)) } catch {} fs.closeSync(fd) }
for (let n = 1; n <= 10; n++) {
  fs.writeSync(1, JSON.stringify({ current: n, total: 10, loss: 1 / n }) + '\\n' + 'x'.repeat(300_000) + '\\n')
  if (n === 3) fill()
  if (n === 8 && room === 'room') fs.rmSync(ballast)
}`
const exec = (name: string, ...args: string[]): ReturnType<typeof start>['ended'] => start(disk, ['run', 'exec', '--json', '--folder', join(disk, '.muster'), '--agent', 'executor_01', '--name', name, '--json-lines', '--', process.execPath, '-e', command, ballast, ...args]).ended
const muster = (...args: string[]): ReturnType<typeof start>['ended'] => start(disk, [...args, '--json', '--folder', join(disk, '.muster'), '--agent', 'executor_01']).ended
const files = (run: string): Record<string, string> => Object.fromEntries(['logs/output.txt', 'results/metrics.json'].map((file) => [file, readFileSync(join(experiments, run, file), 'utf8')]))
const runOf = ({ json }: Awaited<ReturnType<typeof exec>>): string => (json['run'] as { run: string }).run

const passing = await exec('passing', 'room')
const lasting = await exec('lasting')
const early = [await muster('run', 'start', 'early'), await muster('run', 'done', runOf(lasting))]
const locked = readdirSync(join(experiments, runOf(lasting))).includes('.LOCK')
rmSync(ballast)
const hint = /then: muster (run done .*)$/.exec(String(lasting.json['hint']))?.[1]?.split(' ') ?? []
const later = await muster(...hint)
const claims = await muster('claims')
process.stdout.write(JSON.stringify({
  passing: { exit: passing.exit, json: passing.json, err: passing.err.replace(/x{50,}\n?|^{.*\n/gm, ''), files: files(runOf(passing)) },
  lasting: { exit: lasting.exit, json: lasting.json, locked },
  early: early.map(({ exit, json }) => [exit, json.error?.code]),
  later: { exit: later.exit, json: later.json, files: files(runOf(lasting)) },
  claims: claims.json['claims'],
  left: readdirSync(experiments).sort(),
}))
