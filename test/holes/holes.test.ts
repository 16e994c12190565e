import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { build } from 'esbuild'
import { projectRoot } from '../../scripts/projectRoot.js'
import { holes, type Hole } from './holes.js'

describe('a rule that is taken out is missed:', function () {
  this.timeout(0)

  for (const [i, hole] of holes.entries()) {
    it(hole.rule, async () => {
      const outdir = join(projectRoot, 'out', 'holes', String(i))
      try {
        await buildWithout(hole, outdir)
        const { tests, failures } = await runTest(join(outdir, `${hole.test}.js`), hole.title)
        assert.ok(tests > 0, `there is no test "${hole.title}" in ${hole.test}`)
        assert.ok(failures > 0, `"${hole.title}" passes without it`)
      } finally {
        rmSync(outdir, { recursive: true, force: true })
      }
    })
  }
})

/** Bundles one test file with one rule left out of the sources; only what it imports is built. */
async function buildWithout(hole: Hole, outdir: string): Promise<void> {
  const path = join(projectRoot, hole.file)
  const source = readFileSync(path, 'utf8')
  assert.equal(source.split(hole.from).length, 2, `"${hole.from}" does not stand once in ${hole.file}`)
  const contents = source.replace(hole.from, () => hole.to)
  const result = await build({
    absWorkingDir: projectRoot,
    // Its threads are started from files beside it.
    entryPoints: [`${hole.test}.ts`, ...[join(dirname(hole.test), 'worker.ts')].filter((file) => existsSync(join(projectRoot, file)))],
    outdir,
    outbase: '.',
    bundle: true,
    packages: 'external',
    platform: 'node',
    target: 'node20.19',
    format: 'esm',
    logLevel: 'error',
    metafile: true,
    plugins: [{ name: 'hole', setup: (setup) => setup.onLoad({ filter: /\.ts$/ }, (args) => (args.path === path ? { contents, loader: 'ts' } : undefined)) }],
  })
  assert.ok(hole.file in result.metafile.inputs, `${hole.test} does not use ${hole.file}`)
}

/** Runs the tests of a file whose titles hold the text, until the first that fails. */
function runTest(file: string, title: string): Promise<{ tests: number; failures: number }> {
  return new Promise((resolve, reject) => {
    const args = [join(projectRoot, 'node_modules', 'mocha', 'bin', 'mocha.js'), '--reporter', 'json', '--bail', '--exit', '--timeout', '120000', '--fgrep', title, file]
    const child = spawn(process.execPath, args, { cwd: projectRoot, env: { ...process.env, MUSTER_COORDINATOR_SEEDS: '400', MUSTER_SIM_SEEDS: '400' }, stdio: ['ignore', 'pipe', 'inherit'] })
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()))
    child.once('error', reject)
    child.once('close', () => {
      try {
        const { stats, failures } = JSON.parse(text.slice(text.indexOf('{'))) as { stats: { tests: number; failures: number }; failures: { err: { message: string } }[] }
        // A test that hangs says nothing.
        if (failures.some(({ err }) => err.message.startsWith('Timeout of'))) reject(new Error(`"${title}" hangs without it`))
        else resolve(stats)
      } catch {
        reject(new Error(`no result from ${file}:\n${text.slice(0, 2000)}`))
      }
    })
  })
}
