import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'

/** `.ci/run` with an npm that does as told: a script for `npm ci` and one for `npm test`. */
function ciRun(ci: string, test: string): { status: number | null; last: string | undefined } {
  const folder = mkdtempSync(join(tmpdir(), 'muster-ci-'))
  try {
    mkdirSync(join(folder, 'bin'))
    cpSync(join(projectRoot, '.ci', 'run'), join(folder, '.ci', 'run'))
    writeFileSync(join(folder, 'bin', 'npm'), `#!/bin/sh\nif [ "$1" = ci ]; then\n${ci}\nelse\n${test}\nfi\n`, { mode: 0o755 })
    const { status, stdout } = spawnSync(join(folder, '.ci', 'run'), { encoding: 'utf8', env: { ...process.env, PATH: `${join(folder, 'bin')}${delimiter}${process.env['PATH']}` } })
    return { status, last: stdout.trimEnd().split('\n').at(-1) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const onPosix = process.platform === 'win32' ? describe.skip : describe

onPosix('.ci/run', function () {
  this.timeout(900_000)
  it('ends with the count of the test run, whatever npm prints after it', () => {
    assert.deepEqual(ciRun('true', 'echo "12 passed, 0 failed, 1 skipped"'), { status: 0, last: '12 passed, 0 failed, 1 skipped' })
    assert.deepEqual(ciRun('true', 'echo "12 passed, 3 failed, 1 skipped"; echo "npm error"; exit 1'), { status: 1, last: '12 passed, 3 failed, 1 skipped' })
  })

  it('counts a run that did not get to its count as one failure', () => {
    assert.deepEqual(ciRun('exit 7', 'echo "12 passed, 0 failed, 0 skipped"'), { status: 1, last: '0 passed, 1 failed, 0 skipped' })
    assert.deepEqual(ciRun('true', 'echo "  12 passing"'), { status: 1, last: '0 passed, 1 failed, 0 skipped' })
  })

  it('does so too when it is ended', () => {
    assert.deepEqual(ciRun('true', 'kill -TERM $PPID; exit 143'), { status: 1, last: '0 passed, 1 failed, 0 skipped' })
  })
})
