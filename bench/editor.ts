/**
 * What Muster costs a window of VS Code: beside a window with an empty extension, and with as much to show as the largest
 * team has. Times are those a person sees: taken in the page, by the clock both processes share.
 */
import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { stage } from '../scripts/packaging.js'
import { open } from '../src/library.js'
import type { Muster } from '../src/core/muster.js'
import { eventually } from '../test/vscode/driver/eventually.js'
import { VsCode } from '../test/vscode/driver/vsCode.js'
import type { Window } from '../test/vscode/driver/window.js'
import { Repository } from '../test/vscode/muster/repository.js'
import { percentile, type Row } from './measure.js'

export interface EditorSizes {
  locks: number
  agents: number
  messages: number
  /** How long a window is watched doing nothing, in seconds. */
  idle: number
  rounds: number
}

/** How often a window is started: one start says little about how long starting takes. */
const STARTS = 5

/** What a window is started with, and how the editor names it among those that run. */
interface Extension {
  folder: string
  name: RegExp
}

/** What a window's extension host came to while nobody did anything. */
interface Idle {
  activation: number
  cpu: number
  rss: number
  watches: number
}

export async function benchEditor(base: string, sizes: EditorSizes): Promise<Row[]> {
  const repository = new Repository()
  // As it is installed: what is built for debugging is twice as long.
  const shipped = { folder: join(base, 'shipped'), name: /^muster/i }
  stage(shipped.folder)
  let program: Muster | undefined
  try {
    const empty = await idleWindow(emptyExtension(base), repository, sizes.idle)
    program = await open({ folder: repository.folder, root: repository.root, agent: 'delta' })
    await inBatches(sizes.locks, 500, (first, count) => program!.claimAll(Array.from({ length: count }, (_, index) => fileOf(first + index))))
    const ours = await idleWindow(shipped, repository, sizes.idle)
    const [memory, ...rows] = idleRows(ours, empty, sizes.idle, `${sizes.locks.toLocaleString('en')} locks`)
    const above = ours.rss - empty.rss
    rows.push({ ...memory!, goal: '≤ 40 MB', met: above <= 40 }, { name: 'file watches of a window', value: ours.watches - empty.watches, unit: '', goal: '≤ 10', met: ours.watches - empty.watches <= 10 })
    await inBatches(sizes.agents, 200, (first, count) => Promise.all(Array.from({ length: count }, (_, index) => program!.setAgent({ name: `agent-${first + index}`, status: 'working' }))))
    await inBatches(sizes.messages, 1000, (first, count) => Promise.all(Array.from({ length: count }, (_, index) => program!.sendMessage({ to: 'Maria', subject: `message ${first + index}`, body: 'x' }))))
    const whole = labelOf(sizes)
    const [heavy, ...others] = idleRows(await idleWindow(shipped, repository, sizes.idle), empty, sizes.idle, whole)
    return [...rows, ...others, heavy!, ...(await largeWindow(shipped, repository, program, sizes))]
  } finally {
    await program?.close()
    repository.remove()
  }
}

/** Of a window while nobody does anything, beside one with an empty extension. Memory, the first, has its goal with locks alone. */
function idleRows(ours: Idle, empty: Idle, seconds: number, records: string): Row[] {
  return [
    { name: `memory of a window above one with an empty extension, ${records}`, value: ours.rss - empty.rss, unit: 'MB', note: `${Math.round(ours.rss)} against ${Math.round(empty.rss)} MB` },
    { name: `activation, ${records}`, value: ours.activation, unit: 'ms', goal: '≤ 60 ms', met: ours.activation <= 60, note: `the median of ${STARTS} starts; an empty extension: ${empty.activation} ms` },
    { name: `idle CPU of a window, ${records}`, value: ours.cpu, unit: '%', goal: '≤ 0.2 % above an empty one', met: ours.cpu - empty.cpu <= 0.2, note: `with an empty extension: ${empty.cpu.toFixed(2)} %, over ${seconds} s` },
  ]
}

function labelOf({ agents, locks, messages }: EditorSizes): string {
  return `${agents.toLocaleString('en')} agents, ${locks.toLocaleString('en')} locks, ${messages.toLocaleString('en')} messages`
}

const fileOf = (index: number): string => `src/part-${Math.floor(index / 100)}/file-${index}.ts`

async function inBatches(count: number, size: number, run: (first: number, count: number) => Promise<unknown>): Promise<void> {
  for (let first = 0; first < count; first += size) await run(first, Math.min(size, count - first))
}

function emptyExtension(base: string): Extension {
  const folder = mkdtempSync(join(base, 'empty-'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ name: 'empty', publisher: 'bench', version: '0.0.1', type: 'commonjs', engines: { vscode: '^1.101.0' }, main: './extension.js', activationEvents: ['onStartupFinished'] }))
  writeFileSync(join(folder, 'extension.js'), 'exports.activate = () => undefined\n')
  return { folder, name: /^bench\.empty/ }
}

async function inWindow<T>({ folder }: Extension, repository: Repository, use: (window: Window) => Promise<T>): Promise<T> {
  // In a browser the extension host looks for processes that listen all the time, at ten times the cost of what is measured; on a desktop it does not.
  const code = await VsCode.start({ extension: folder, settings: { 'remote.autoForwardPortsSource': 'output' } })
  try {
    return await use(await code.openWindow(repository.root))
  } finally {
    await code.stop()
  }
}

function idleWindow(extension: Extension, repository: Repository, seconds: number): Promise<Idle> {
  return inWindow(extension, repository, async (window) => {
    const activations: number[] = []
    for (let start = 0; start < STARTS; start++) {
      if (start > 0) await window.reload()
      activations.push(await activationOf(window, extension.name))
    }
    const pid = await eventually('an extension host', () => window.extensionHost())
    // What starting has left is done and collected.
    await sleep(40_000)
    const before = cpuOf(pid)
    await sleep(seconds * 1000)
    return { activation: percentile(activations, 50), cpu: (cpuOf(pid) - before) / seconds * 100, rss: rssOf(pid), watches: watchesOf(pid) }
  })
}

/** ms until an extension was loaded and had put everything in its place, as the editor tells it. */
async function activationOf(window: Window, name: RegExp): Promise<number> {
  await window.runCommand('Developer: Show Running Extensions')
  const list = window.page.locator('.runtime-extensions-editor .monaco-list').first()
  const rows = list.locator('.monaco-list-row')
  let down = 1
  const text = await eventually('the time of activation', async () => {
    // The slowest come first, and only what is in view is there. After a reload something may lie above the list for a while.
    await list.hover()
    await window.page.mouse.wheel(0, (down = -down) * 2000)
    const texts = await rows.allInnerTexts()
    return /Activation: (\d+)ms/.exec(texts.find((one) => name.test(one)) ?? '')?.[1]
  })
  return Number(text)
}

function largeWindow(extension: Extension, repository: Repository, program: Muster, sizes: EditorSizes): Promise<Row[]> {
  const { rounds } = sizes
  const label = labelOf(sizes)
  return inWindow(extension, repository, async (window) => {
    await window.runCommand('View: Show Muster')
    await window.tree.waitForRow('Locks', (row) => row.label.startsWith('file-'))
    const [first] = await window.tree.rows('Locks')
    const shown = `${first!.description.split(' · ').at(-1)}/${first!.label}`
    const seen: number[] = []
    for (let round = 1; round <= rounds; round++) {
      const appears = window.page.evaluate(async (text) => {
        while (!document.querySelector('.sidebar')?.textContent?.includes(text)) await new Promise(requestAnimationFrame)
        return Date.now()
      }, `· ${round} % ·`)
      await sleep(1500)
      const start = Date.now()
      await program.checkIn(shown, { progress: round })
      seen.push((await appears) - start)
    }
    await window.runCommand('Muster: Open Dashboard')
    const frame = await window.webview.frame('muster-dashboard')
    await (await window.webview.find('muster-dashboard', '[data-list=locks]')).getByText('file-').first().waitFor()
    const paint = await frame.evaluate(() => performance.getEntriesByName('first-contentful-paint')[0]?.startTime)
    await frame.evaluate(() => {
      const page = globalThis as unknown as { updates: number[] }
      page.updates = []
      let start = 0
      // Before the page's own listener, and after it; by the next task everything is drawn, and laid out when asked for.
      addEventListener('message', () => void (start = performance.now()), true)
      addEventListener('message', () => {
        const { port1, port2 } = new MessageChannel()
        port1.onmessage = () => {
          void document.body.offsetHeight
          page.updates.push(performance.now() - start)
          port1.close()
        }
        port2.postMessage(0)
      })
    })
    for (let round = 1; round <= rounds; round++) {
      await program.checkIn(shown, { progress: round })
      await sleep(700)
    }
    const updates = await frame.evaluate(() => (globalThis as unknown as { updates: number[] }).updates)
    if (paint === undefined || updates.length < rounds / 2) throw new Error(`the dashboard drew ${updates.length} times, first at ${paint}`)
    const [p50, p95] = [percentile(updates, 50), percentile(updates, 95)]
    return [
      { name: `a check-in elsewhere until it shows in the list, p50, ${label}`, value: percentile(seen, 50), unit: 'ms', note: `p95 ${percentile(seen, 95)} ms; the list rests 200 ms after drawing` },
      { name: `dashboard: first paint, ${label}`, value: paint, unit: 'ms', goal: '≤ 300 ms', met: paint <= 300 },
      { name: `dashboard: an update, p50, ${label}`, value: p50, unit: 'ms', goal: '≤ 16 ms', met: p50 <= 16, note: `p95 ${p95.toFixed(1)} ms` },
    ]
  })
}

/** Seconds of processor time a process has had: of all its threads, to the nanosecond, for ticks of 10 ms are coarser than the goal. */
function cpuOf(pid: number): number {
  const nanoseconds = readdirSync(`/proc/${pid}/task`).map((thread) => Number(readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ')[0]))
  return nanoseconds.reduce((sum, one) => sum + one, 0) / 1e9
}

function rssOf(pid: number): number {
  return Number(/VmRSS:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))![1]) / 1024
}

function watchesOf(pid: number): number {
  return readdirSync(`/proc/${pid}/fdinfo`).reduce((sum, descriptor) => sum + (readFileSync(`/proc/${pid}/fdinfo/${descriptor}`, 'utf8').match(/^inotify wd/gm)?.length ?? 0), 0)
}
