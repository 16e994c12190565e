import { join } from 'node:path'
import type { RunCheck, RunProblem, ValidateRunResult } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { files } from './layout.js'
import { noRun, runMeant } from './names.js'
import { readRuns, type RunPlace } from './readRun.js'
import { readText } from './reading.js'

/** Checks what a run left: that it is over, its summary, its metrics, and each step of its checklist. Writes nothing. */
export async function validate(place: RunPlace, name: string): Promise<ValidateRunResult> {
  const run = runMeant(await readRuns(place), name)
  if (run === undefined) return noRun(name)
  const folder = join(place.base, run.run)
  const problems: RunProblem[] = []
  const checks: RunCheck[] = [{ check: 'completed', passed: run.status === 'completed', detail: run.words }]
  const summary = await readText(folder, files.summary, problems)
  const words = summary?.text.split('\n').filter((line) => line.trim() !== '' && !line.startsWith('#')) ?? []
  checks.push({ check: files.summary, passed: words.length > 0, detail: summary === undefined ? 'is not there' : words.length > 0 ? `${words.length} ${words.length === 1 ? 'line' : 'lines'}` : 'says nothing' })
  checks.push(metricsCheck((await readText(folder, files.metrics, problems))?.text))
  const readme = await readText(folder, files.readme, problems)
  checks.push(...checklistIn(readme?.text ?? ''))
  checks.push(...problems.map(({ file, reason }) => ({ check: file, passed: false, detail: reason })))
  const failed = checks.filter(({ passed }) => !passed)
  if (failed.length === 0) return { ok: true, run, checks }
  return { ok: false, reason: 'CHECK_FAILED', run, checks, hint: tell`${failed.length} of ${checks.length} checks of ${run.run} failed: ${failed.slice(0, 3).map(({ check, detail }) => `${check} (${detail})`).join(', ')}${failed.length > 3 ? ' …' : ''}.` }
}

function metricsCheck(text: string | undefined): RunCheck {
  const check = (passed: boolean, detail: string): RunCheck => ({ check: files.metrics, passed, detail })
  if (text === undefined) return check(false, 'is not there')
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // Python writes these, and no other program reads them.
    return check(false, /\b(NaN|-?Infinity)\b/.test(text) ? 'holds NaN or Infinity, which is no JSON' : 'is no JSON')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return check(false, 'is no object')
  return check(true, `${Object.keys(value).length} ${Object.keys(value).length === 1 ? 'metric' : 'metrics'}`)
}

/** Boxes of the README, but for those in code. */
function checklistIn(text: string): RunCheck[] {
  return text.replace(/^(```|~~~)[\s\S]*?^\1/gm, '').split('\n').flatMap((line) => {
    const [, box, step = ''] = /^\s*[-*+]\s+\[([ xX])\]\s+(.*\S)/.exec(line) ?? []
    return box === undefined ? [] : [{ check: step.slice(0, 200), passed: box !== ' ', detail: box === ' ' ? 'is open' : 'is ticked off' }]
  })
}
