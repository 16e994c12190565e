import { spawn } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Muster } from '../../core/muster.js'
import { home, runsIn } from '../tickets/tickets.js'
import { canonical } from './check.js'
import { checkProject, recordsOf, textOf } from './files.js'
import { briefingOf, type LeadBriefing, type SmokeTest } from './lead.js'

const TAIL = 10

/** Where the work is, for whoever leads it from now on. Runs the smoke test where one is named, in the tree's root. */
export async function resumeAsLead(muster: Muster, { now, smokeTest, signal }: { now: number; smokeTest?: string | undefined; signal?: AbortSignal | undefined }): Promise<LeadBriefing> {
  const documents = await Promise.all(canonical.map(async (file) => ({ file, found: await textOf(muster.root, file).then((text) => text !== undefined, () => true) })))
  const [records, findings, runs, tested] = [await recordsOf(muster), await checkProject(muster), await lastOutputs(muster.root), smokeTest === undefined ? undefined : await runSmokeTest(smokeTest, muster.root, signal)]
  return briefingOf(records, now, { me: muster.agent, documents, runs, findings, smokeTest: tested })
}

/** Files of the last run of workers, from the root; none where nothing was run, or `.taskers` is lost. */
async function lastOutputs(root: string): Promise<string[]> {
  const last = (await runsIn(root)).at(-1)
  if (last === undefined) return []
  const folder = `${home}/runs/${last}`
  return (await readdir(join(root, folder)).catch(() => [])).filter((name) => !name.startsWith('.')).sort().map((name) => `${folder}/${name}`)
}

/** By the shell, as people write commands. Never one that the repository or the records chose. */
async function runSmokeTest(command: string, root: string, signal?: AbortSignal): Promise<SmokeTest> {
  const began = performance.now()
  const lines: string[] = []
  const code = await new Promise<number | null>((done) => {
    const child = spawn(command, { cwd: root, shell: true, stdio: ['ignore', 'pipe', 'pipe'], ...(signal && { signal }) })
    let rest = ''
    const note = (text: string): void => {
      const parts = (rest + text).split('\n')
      rest = (parts.pop() ?? '').slice(-4_000)
      lines.push(...parts)
      lines.splice(0, lines.length - TAIL)
    }
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', note)
    child.on('error', (error) => {
      lines.push(error.message)
      done(null)
    })
    child.on('close', (exit) => {
      if (rest !== '') lines.push(rest)
      done(exit)
    })
  })
  return { command, passed: code === 0, code, seconds: Math.round((performance.now() - began) / 100) / 10, tail: lines.slice(-TAIL) }
}
