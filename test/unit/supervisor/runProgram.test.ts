import assert from 'node:assert/strict'
import { runProgram, type Answer } from '../../../src/supervisor/runProgram.js'

describe('a command of Muster in a process of its own', () => {
  const run = (script: string): Promise<Answer> => runProgram({ argv: [process.execPath, '-e', script, '--'], env: { GIVEN: 'x' } }, ['connect', 'codex'], { cwd: '/', env: process.env })

  it('answers what it says, refusals included, with its own environment', async () => {
    assert.deepEqual(await run('console.log(JSON.stringify({ ok: true, args: process.argv.slice(1), given: process.env.GIVEN }))'), { ok: true, args: ['connect', 'codex', '--json'], given: 'x' })
    assert.deepEqual(await run('console.log(JSON.stringify({ ok: false, reason: "HELD" })); process.exitCode = 1'), { ok: false, reason: 'HELD' })
  })

  it('throws what it tells as an error', async () => {
    await assert.rejects(run('console.log(JSON.stringify({ ok: false, error: { code: "INVALID_INPUT", message: "bad", hint: "mend it" } })); process.exitCode = 2'), { name: 'MusterError', code: 'INVALID_INPUT', message: 'bad', hint: 'mend it' })
  })

  it('throws where it says nothing of the kind', async () => {
    await assert.rejects(run('console.error("broken"); process.exit(3)'), /^Error: connect gave no answer: [^]*broken/)
    await assert.rejects(run('console.log("[1]")'), /gave no answer/)
    await assert.rejects(runProgram({ argv: ['/no/such/program'] }, ['connect'], { cwd: '/', env: {} }), /gave no answer: .*ENOENT/)
  })
})
