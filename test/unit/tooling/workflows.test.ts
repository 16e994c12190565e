import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { projectRoot } from '../../../scripts/projectRoot.js'

interface Step { run?: string; uses?: string; if?: string }
interface Job { 'runs-on': string; 'timeout-minutes': number; strategy?: { matrix: Record<string, (string | number)[]> }; steps: Step[] }
interface Workflow { name: string; permissions: object; jobs: Record<string, Job> }

const folder = join(projectRoot, '.github', 'workflows')
const { scripts, engines } = JSON.parse(readFileSync(join(projectRoot, 'package.json'), 'utf8')) as { scripts: Record<string, string>; engines: { node: string } }
const workflows = readdirSync(folder).map((name) => ({ name, text: readFileSync(join(folder, name), 'utf8') }))

function parse(text: string): Workflow {
  const document = parseDocument(text, { strict: true })
  assert.deepEqual([...document.errors, ...document.warnings], [])
  return document.toJS() as Workflow
}
const jobsOf = (text: string): [string, Job][] => Object.entries(parse(text).jobs)

describe('workflows', () => {
  it('are there, read only what is checked out, and end', () => {
    assert.ok(workflows.length > 0)
    for (const { name, text } of workflows) {
      assert.deepEqual(parse(text).permissions, { contents: 'read' }, name)
      for (const [job, { steps, ...rest }] of jobsOf(text)) {
        assert.ok(rest['timeout-minutes'] > 0, job)
        for (const { uses } of steps) if (uses !== undefined) assert.match(uses, /^actions\/(checkout|setup-node|upload-artifact)@v\d+$/, job)
      }
    }
  })

  it('run only scripts that package.json has', () => {
    const commands = workflows.flatMap(({ text }) => jobsOf(text)).flatMap(([, { steps }]) => steps.flatMap(({ run }) => run?.split('\n').filter(Boolean) ?? []))
    assert.ok(commands.length >= 8)
    for (const command of commands) {
      const [, npm, script] = /^(?:xvfb-run -a )?npm (run ([\w:]+)|ci|test|pack|audit)\b/.exec(command) ?? assert.fail(command)
      if (script !== undefined || npm === 'test') assert.ok(scripts[script ?? 'test'], command)
    }
  })

  it('test on three systems, with the oldest Node, and in the oldest and the newest desktop VS Code', () => {
    const jobs = Object.fromEntries(workflows.flatMap(({ text }) => jobsOf(text)))
    const systems = ['ubuntu-latest', 'macos-latest', 'windows-latest']
    for (const name of ['unit', 'desktop']) assert.deepEqual(jobs[name]?.strategy?.matrix['os'], systems, name)
    assert.deepEqual(jobs['desktop']?.strategy?.matrix['version'], ['minimum', 'stable'])
    assert.equal(jobs['unit']?.strategy?.matrix['node']?.[0], engines.node.replace('>=', ''))
    const ways = jobs['desktop']?.steps.filter(({ run }) => run?.includes('test:desktop')).map((step) => step.if)
    assert.deepEqual(ways, ["runner.os == 'Linux'", "runner.os != 'Linux'"])
  })
})
