import { join } from 'node:path'
import type { z } from 'zod'
import { MusterError } from '../core/errors.js'
import type { planRunInput, PlanRunResult } from '../core/model/runs.js'
import { tell } from '../core/tell.js'
import { amongNamesakes, nameOf } from './begin.js'
import { ensureFolder, writeDurably } from './durable.js'
import type { Ground } from './ground.js'
import { files, localTime, subfolders } from './layout.js'
import { newFolder } from './names.js'
import { readRun, runFolders } from './readRun.js'
import { readText, writtenAt } from './reading.js'
import { register } from './register.js'

type Plan = z.output<typeof planRunInput>

/** Written where no template is named. */
const TEMPLATE = `# {{name}}

Planned {{date}} by {{agent}}.

## Hypothesis

{{hypothesis}}

## Parameters

{{parameters}}

## Validation checklist

{{checklist}}

## Prompt for the executor

{{prompt}}
`

/** What every run is checked for, where nobody says more. */
const CHECKLIST = ['results/summary.md says what came out', 'results/metrics.json holds the figures', 'logs hold no errors that were not looked at']

/** Plans a run: its folder with a README for whoever is to run it. Begun by a run of that name. */
export async function plan(ground: Ground, name: string, options: Plan): Promise<PlanRunResult> {
  const part = nameOf(name)
  const template = options.template === undefined ? TEMPLATE : await templateIn(ground.root, options.template)
  return amongNamesakes(ground, part, options, async (mates, now): Promise<PlanRunResult> => {
    const planned = mates.findLast(({ status }) => status === 'not_started')
    if (planned && (await writtenAt(join(ground.place.base, planned.run, files.readme))) !== undefined) {
      return { ok: false, reason: 'PLANNED', run: planned.run, hint: tell`${planned.run} is planned already: edit its README.md, or choose another name.` }
    }
    const run = planned?.run ?? newFolder(new Set(await runFolders(ground.place.base)), part, now)
    const folder = join(ground.place.base, run)
    for (const sub of ['', ...subfolders]) await ensureFolder(join(folder, sub))
    const readme = filled(template, {
      name: part, date: localTime(now).replace('T', ' ').slice(0, 16), agent: ground.agent,
      hypothesis: options.hypothesis, prompt: options.prompt,
      parameters: options.parameters.map((pair) => `- ${pairOf(pair).join(': ')}`).join('\n'),
      checklist: (options.checklist.length > 0 ? options.checklist : CHECKLIST).map((step) => `- [ ] ${step}`).join('\n'),
    })
    await writeDurably(join(folder, files.readme), readme)
    if (options.config) await writeDurably(join(folder, files.config), options.parameters.map((pair) => `${yaml(pairOf(pair))}\n`).join(''))
    const view = (await readRun(ground.place, run))!
    return { ok: true, run: view, readme: `${view.path}/${files.readme}`, warnings: await register(ground, [view]) }
  })
}

async function templateIn(root: string, file: string): Promise<string> {
  const problems: { reason: string }[] = []
  const read = await readText(root, file, problems as never)
  if (read === undefined || read.cut) throw new MusterError('INVALID_INPUT', tell`The template ${file} cannot be used: ${problems[0]?.reason ?? tell`it is not there`}.`, { hint: tell`Name a text file in the working tree.` })
  return read.text
}

/** What is put in is not looked at again. */
function filled(template: string, values: Readonly<Record<string, string>>): string {
  return template.replace(/\{\{\s*(\w+)\s*\}\}/g, (whole, key: string) => (Object.hasOwn(values, key) ? values[key]! : whole)).replace(/\n{3,}/g, '\n\n').trimEnd() + '\n'
}

function pairOf(pair: string): [string, string] {
  const [, key = pair, value = ''] = /^([^=:]+)[=:](.*)$/s.exec(pair) ?? []
  return [key.trim(), value.trim()]
}

function yaml([key, value]: [string, string]): string {
  const plain = /^[\w./ +-]+$/.test(value) && !/^\s|\s$/.test(value)
  return `${/^[\w.-]+$/.test(key) ? key : JSON.stringify(key)}: ${plain ? value : JSON.stringify(value)}`
}
