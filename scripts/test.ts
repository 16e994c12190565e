import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { prepareChromium } from './chromium.js'
import { preparePgBouncer } from './pgbouncer.js'
import { editorCache, projectRoot } from './projectRoot.js'
import { check, endStageOnSignal, mocha, type Outcome } from './stages.js'
import { linkTypeScript, prepareVsCode } from './vscodeInstall.js'

const usage = `npm test [-- [--unit] [--holes] [--proofs] [--unwatched] [--editor] [--clients] [--grep PATTERN]]

Runs the type check, the linter, the search for import cycles, the build and all tests, also in a real VS Code.
  --unit          unit and contract tests only
  --holes         only whether each rule is missed by a test when it is taken out
  --proofs        the numbers of docs/reliability.md in full, about 40 minutes
  --unwatched     unit, contract and process tests where the system gives no file events
  --editor        tests in the real VS Code only
  --clients       real MCP clients only (installed outside the project, large; not part of npm test)
  --grep PATTERN  only tests whose full title matches; skips the checks`

/** When a test counts as hanging, in milliseconds: far above what any of them takes on a slow machine. */
const hangMs = 900_000

/** How many processes of mocha run at a time where files share nothing. */
const processes = Math.min(availableParallelism(), 4)
/** How many editors: each keeps two processors busy, its page and its extension host. */
const editors = Math.max(1, Math.min(Math.floor(availableParallelism() / 2), 4))

interface Stage {
  readonly name: string
  readonly run: () => Promise<Outcome>
}

interface Result extends Outcome {
  readonly name: string
  readonly seconds: number
}

const { values: options } = parseArgs({
  options: {
    unit: { type: 'boolean', default: false },
    holes: { type: 'boolean', default: false },
    editor: { type: 'boolean', default: false },
    clients: { type: 'boolean', default: false },
    proofs: { type: 'boolean', default: false },
    unwatched: { type: 'boolean', default: false },
    grep: { type: 'string' },
    help: { type: 'boolean', short: 'h', default: false },
  },
})

function module(...path: string[]): string {
  return join('node_modules', ...path)
}

function stages(): Stage[] {
  const { grep } = options
  const build: Stage = { name: 'build', run: () => check(process.execPath, ['esbuild.config.mjs']) }
  const checks: Stage[] = [
    { name: 'types', run: () => check(process.execPath, [module('typescript', 'bin', 'tsc'), '--noEmit', '-p', '.']) },
    { name: 'types of the dashboard', run: () => check(process.execPath, [module('typescript', 'bin', 'tsc'), '--noEmit', '-p', 'src/dashboard']) },
    { name: 'lint', run: () => check(process.execPath, [module('eslint', 'bin', 'eslint.js'), '.']) },
    { name: 'import cycles', run: () => check(process.execPath, [module('madge', 'bin', 'cli.js'), '--circular', '--no-spinner', '--extensions', 'ts', '--ts-config', 'tsconfig.json', 'src', 'test', 'scripts', 'bench']) },
    build,
  ]
  const unit: Stage = { name: 'unit and contract', run: () => unitTests(grep) }
  const multiprocess: Stage = { name: 'several processes', run: () => mocha(['multiprocess'], { grep, timeoutMs: hangMs, processes, apart: grep === undefined }) }
  const holes: Stage = { name: 'rules taken out', run: () => mocha(['holes'], { grep, timeoutMs: 0 }) }
  // All that the README promises but `npm test`, which is what runs here; the script is one for POSIX shells.
  const newcomer: Stage[] = process.platform === 'win32' ? [] : [{ name: 'a newcomer', run: () => check('bash', [join('test', 'newcomer.sh'), '--without-tests']) }]
  const editor: Stage = { name: 'in VS Code', run: () => editorTests(grep) }
  // There is no VS Code for the browser on Windows; CI runs what desktop VS Code can be asked there.
  const browser: Stage[] = process.platform === 'win32' ? [] : [editor]
  if (options.clients) return [{ name: 'MCP clients', run: () => mocha(['clients'], { grep, timeoutMs: hangMs, ownCache: false }) }]
  // Some of them start what ships.
  if (options.unit) return [build, unit]
  if (options.holes) return [holes]
  if (options.editor) return [editor]
  if (options.proofs) {
    process.env['MUSTER_PROOFS'] = 'full'
    return [{ name: 'proofs in full', run: () => mocha(['unit/proofs', 'multiprocess/proofs', 'multiprocess/linearizability'], { grep, timeoutMs: 0 }) }]
  }
  if (options.unwatched) {
    process.env['NODE_OPTIONS'] = `--import=${pathToFileURL(join(projectRoot, 'out', 'test', 'unwatched', 'register.js')).href}`
    return [{ name: 'no file events', run: () => mocha(['unit', 'contract', 'multiprocess'], { without: 'by file events alone', timeoutMs: hangMs }) }]
  }
  return grep === undefined ? [...checks, unit, holes, multiprocess, ...browser, ...newcomer] : [unit, holes, multiprocess, ...browser]
}

async function unitTests(grep: string | undefined): Promise<Outcome> {
  await preparePgBouncer(console.log)
  return mocha(['unit', 'contract'], { grep, timeoutMs: hangMs, processes })
}

async function editorTests(grep: string | undefined): Promise<Outcome> {
  await prepareChromium(console.log)
  // Its start takes the time in which tests type.
  linkTypeScript(await prepareVsCode({ cacheDir: editorCache, log: console.log }), false)
  return mocha(['vscode'], { grep, timeoutMs: hangMs, processes: grep === undefined ? editors : 1, apart: grep === undefined && editors > 1 })
}

async function runStage({ name, run }: Stage): Promise<Result> {
  console.log(`\n── ${name}`)
  const start = Date.now()
  let outcome: Outcome
  try {
    outcome = await run()
  } catch (error) {
    console.error(error)
    outcome = { passed: 0, failed: 1, skipped: 0, note: 'could not be run' }
  }
  return { name, ...outcome, seconds: (Date.now() - start) / 1000 }
}

function printSummary(results: readonly Result[]): Outcome {
  console.log(`\n${'stage'.padEnd(20)}${'passed'.padStart(8)}${'failed'.padStart(8)}${'skipped'.padStart(9)}${'seconds'.padStart(9)}`)
  for (const { name, passed, failed, skipped, seconds, note } of results) {
    console.log(`${name.padEnd(20)}${String(passed).padStart(8)}${String(failed).padStart(8)}${String(skipped).padStart(9)}${seconds.toFixed(1).padStart(9)}${note === undefined ? '' : `  ${note}`}`)
  }
  for (const { name, failures } of results) if (failures) console.log(`\nFailed in ${name}:\n\n${failures.trimEnd()}`)
  const sum = (count: (result: Result) => number): number => results.reduce((total, result) => total + count(result), 0)
  return { passed: sum((one) => one.passed), failed: sum((one) => one.failed), skipped: sum((one) => one.skipped) }
}

async function main(): Promise<void> {
  if (options.help) {
    console.log(usage)
    return
  }
  endStageOnSignal()
  const results: Result[] = []
  for (const stage of stages()) results.push(await runStage(stage))
  const total = printSummary(results)
  const nothing = total.passed + total.failed === 0
  if (nothing) console.log('\nNo test was run.')
  console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`)
  process.exitCode = total.failed > 0 || nothing ? 1 : 0
}

await main()
