// `node newcomer.mjs FOLDER [--without-tests] [--patience MINUTES]`, called by ../newcomer.sh with the folder that has the clone
// in it, and nothing else: does what the clone's README says, and ends with 1 where anything comes out differently.
import { spawn } from 'node:child_process'
import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { difference, readReadme } from './readme.mjs'

const { positionals: [folder], values: options } = parseArgs({
  allowPositionals: true,
  options: { 'without-tests': { type: 'boolean', default: false }, patience: { type: 'string', default: '60' } },
})
const clone = join(folder, 'muster')
/** When a step counts as hanging, in milliseconds: far above what any takes on a slow machine with a slow network. */
const patienceMs = Number(options.patience) * 60_000
/** `npm test` bounds its parts itself; nobody waits for it longer than for this. */
const testsMs = 6 * patienceMs
/** How long what was interrupted may take to stop, in milliseconds. */
const stopMs = Math.min(patienceMs, 120_000)
const { commands, tour, starts } = readReadme(readFileSync(join(clone, 'README.md'), 'utf8'))
const problems = []
const begun = Date.now()
const seconds = () => `${((Date.now() - begun) / 1000).toFixed(0)} s`

/** What of npm's settings says how packages are reached from this machine, for which there may be no other way. */
const reaching = /^npm_config_((.+:)?registry|.*proxy|ca|cafile|cache|strict_ssl|\/\/.*)$/i

/** Nothing else of whoever runs this: neither its npm, nor its editor, nor the agent it may be. */
function newcomersEnvironment() {
  const bin = join(folder, 'global', 'bin')
  mkdirSync(bin, { recursive: true })
  const gitConfig = join(folder, 'gitconfig')
  writeFileSync(gitConfig, '[user]\n\tname = Nora Newcomer\n\temail = nora@example.com\n[init]\n\tdefaultBranch = main\n')
  const own = Object.entries(process.env).filter(([name]) => reaching.test(name) || !/^(npm_|MUSTER_|VSCODE_|ELECTRON_|NODE_OPTIONS$|INIT_CWD$|CLAUDECODE$)/i.test(name))
  return { ...Object.fromEntries(own), npm_config_prefix: join(folder, 'global'), GIT_CONFIG_GLOBAL: gitConfig, PATH: `${bin}:${process.env.PATH}`, MUSTER_PROGRAM: 'none' }
}
const env = newcomersEnvironment()

/** What runs; it has a process group of its own, so that all of it can be ended. */
let current

function start(args, stdio) {
  const child = spawn('bash', args, { cwd: clone, env, detached: true, stdio })
  current = child
  const ended = new Promise((resolve) => child.once('close', (code, signal) => resolve(code ?? signal))).finally(() => { current = undefined })
  return { child, ended, end: (signal) => endGroup(child, signal) }
}

function endGroup(child, signal) {
  try {
    process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}

for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => {
  if (current) endGroup(current, 'SIGTERM')
  process.exit(130)
})

/** Answers what a promise comes to, or undefined when it took too long. */
async function within(ms, promise) {
  let timer
  const late = new Promise((resolve) => { timer = setTimeout(resolve, ms) })
  return Promise.race([promise, late]).finally(() => clearTimeout(timer))
}

const tooLong = (ms) => `hung: it had not ended after ${Math.round(ms / 1000)} s`

async function runToItsEnd({ text, exitCode }, ms) {
  const { ended, end } = start(['-c', text], ['ignore', 'inherit', 'inherit'])
  const result = await within(ms, ended)
  if (result === undefined) {
    end('SIGKILL')
    problems.push(`\`${text}\` ${tooLong(ms)}.`)
  } else if (result !== exitCode) problems.push(`\`${text}\` ended with ${result} instead of ${exitCode}.`)
}

/** Starts it, looks at what it shows, and interrupts it as Ctrl-C does. */
async function runUntilInterrupted({ text }) {
  const { child, ended, end } = start(['-c', text], ['ignore', 'pipe', 'inherit'])
  let output = ''
  const running = new Promise((resolve) => child.stdout.setEncoding('utf8').on('data', (chunk) => {
    process.stdout.write(chunk)
    output += chunk
    if (/Press Ctrl-C to (stop|close)/.test(output)) resolve('runs')
  }))
  const how = await within(patienceMs, Promise.race([running, ended]))
  if (how === 'runs') {
    const addresses = [...output.matchAll(/window \d+: (\S+)/g)].map(([, address]) => address)
    const [, path] = /--\s+([^\s-]\S*)/.exec(text) ?? []
    const windows = Number(/--windows (\d+)/.exec(text)?.[1] ?? 1)
    // Desktop VS Code has windows, and no address.
    const opened = addresses.length || Number(/\((\d+) windows\)/.exec(output)?.[1] ?? 1)
    if (opened !== windows) problems.push(`\`${text}\` opened ${opened} windows instead of ${windows}.`)
    if (path && !output.includes(`${join(clone, path)}\n`) && !output.includes(`${join(clone, path)} (`)) problems.push(`\`${text}\` does not say that it is open on ${join(clone, path)}.`)
    for (const address of new Set(addresses)) {
      const answer = await within(patienceMs, fetch(address).then((page) => page.text(), String)) ?? 'nothing'
      if (!answer.includes('workbench')) problems.push(`\`${text}\` shows no editor at ${address}: ${answer.slice(0, 200)}`)
    }
    end('SIGINT')
    if (await within(stopMs, ended) !== undefined) return
    end('SIGKILL')
    problems.push(`\`${text}\` was interrupted and hung: it ran for ${Math.round(stopMs / 1000)} s more.`)
  } else if (how === undefined) {
    end('SIGKILL')
    problems.push(`\`${text}\` hung: it did not say within ${Math.round(patienceMs / 1000)} s that it runs. Its last words:\n${output.slice(-2000)}`)
  } else problems.push(`\`${text}\` ended with ${how} before it ran.`)
}

/** All of it in one shell, which notes the code of each command and the output of each step. */
async function takeTour() {
  const place = (index, kind) => join(folder, `step-${index}.${kind}`)
  const script = tour.flatMap(({ commands }, index) => [`exec >${quote(place(index, 'txt'))} 2>&1`, ...commands.map(({ text }) => `${text}\necho "$?" >>${quote(place(index, 'codes'))}`)])
  const file = join(folder, 'tour.sh')
  writeFileSync(file, `${script.join('\n')}\n`)
  const { ended, end } = start([file], 'ignore')
  if (await within(patienceMs, ended) === undefined) {
    end('SIGKILL')
    problems.push(`The tour ${tooLong(patienceMs)}. What ended with nothing is where, and what comes after it.`)
  }
  for (const [index, step] of tour.entries()) check(step, readIfThere(place(index, 'txt')), readIfThere(place(index, 'codes')).split('\n'))
  const locking = tour.findIndex(({ commands }) => commands.some(({ text }) => text.startsWith('muster claim')))
  const locked = locking < 0 ? undefined : statSync(place(locking, 'codes'), { throwIfNoEntry: false })?.mtimeMs
  if (locked !== undefined) console.log(`\nThe first lock: ${((locked - begun) / 1000).toFixed(0)} s after the clone.`)
}

function check({ commands, output, line }, printed, codes) {
  console.log(`\nREADME line ${line}\n${commands.map(({ text }) => `$ ${text}`).join('\n')}\n${printed.trimEnd()}`)
  for (const [index, { text, exitCode }] of commands.entries()) {
    if (codes[index] !== String(exitCode)) problems.push(`README line ${line}: \`${text}\` ended with ${codes[index] || 'nothing'} instead of ${exitCode}; printed:\n${printed}`)
  }
  const differs = output === undefined ? undefined : difference(output, printed)
  if (differs) problems.push(`README line ${line}, ${commands.map(({ text }) => `\`${text}\``).join(', ')}:\n${differs}`)
}

const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`

function readIfThere(file) {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const isTests = ({ text }) => /\bnpm test\b/.test(text)
const step = (title) => console.log(`\n── ${title} (${seconds()})`)

for (const command of commands.filter((one) => !isTests(one))) {
  step(command.text)
  if (/\bnpm start\b/.test(command.text)) await runUntilInterrupted(command)
  else await runToItsEnd(command, patienceMs)
}
step('the tour')
await takeTour()
for (const command of starts) {
  step(command.text)
  await runUntilInterrupted(command)
}
for (const command of options['without-tests'] ? [] : commands.filter(isTests)) {
  step(command.text)
  await runToItsEnd(command, testsMs)
}
for (const problem of problems) console.error(`\n${problem}`)
console.log(`\n${problems.length === 0 ? 'As the README says.' : `${problems.length} differ from the README.`} ${seconds()}`)
process.exitCode = problems.length === 0 ? 0 : 1
