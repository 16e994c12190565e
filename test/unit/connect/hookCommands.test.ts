import assert from 'node:assert/strict'
import fc from 'fast-check'
import { fullPlan } from '../../../src/connect/clients.js'
import { isOurHook, powershellHook, shellHook } from '../../../src/connect/launch.js'
import { changesOf, type Connectable, type Place } from '../../../src/connect/plan.js'
import { clients } from '../../../src/hooks/call.js'
import { shellOf } from '../../../src/hooks/tools.js'
import { recorded } from '../hooks/inputs.js'

interface Hook { matcher?: string; command?: string; bash?: string; powershell?: string; shell?: string; hooks?: Hook[] }

const byName = ['muster']
const shim = ['C:\\Users\\Ada Lovelace\\AppData\\Roaming\\Code\\User\\globalStorage\\muster.muster\\bin\\muster.cmd']
const program = ['C:\\Program Files\\nodejs\\node.exe', 'D:\\tools\\muster\\dist\\cli.mjs']
const on = (platform: NodeJS.Platform, launcher: readonly string[]): Place => ({ root: '/repo', folder: '/repo/.muster', launcher, platform })

/** The hooks that connecting writes, by their events, without the groups they may stand in. */
function hooksOf(client: Connectable, place: Place): Record<string, Hook> {
  for (const { after } of changesOf(fullPlan(client, place).edits, 'put', () => undefined)) {
    const hooks = after?.startsWith('{') ? (JSON.parse(after) as { hooks?: Record<string, [Hook]> }).hooks : undefined
    if (hooks) return Object.fromEntries(Object.entries(hooks).map(([event, [entry]]) => [event, { ...entry, ...entry.hooks?.[0] }]))
  }
  return {}
}

describe('what a client asks before an edit', () => {
  for (const client of clients.filter((one) => one !== 'opencode' && one !== 'copilot')) {
    it(`${client}: is asked of every tool that writes or runs a shell, as its documents and versions name them, and of no other`, () => {
      const hooks = hooksOf(client, on('linux', byName))
      const before = recorded.filter((one) => one.client === client && one.moment === 'before-edit' && one.input['tool_name'] !== undefined)
      assert.ok(before.some(({ files = [] }) => files.length > 0))
      for (const { event, input, files = [] } of before) {
        const { matcher } = hooks[event]!
        const tool = String(input['tool_name'])
        assert.equal(new RegExp(`^(?:${matcher})$`).test(tool), files.length > 0 || shellOf(tool, { command: 'x' }) !== undefined, `${tool} by ${matcher}`)
      }
    })

    it(`${client}: every hook is one that it calls`, () => {
      for (const event of Object.keys(hooksOf(client, on('linux', byName)))) assert.ok(recorded.some((one) => one.event === event) || /^(SubagentStart|SubagentStop|PreCompact|PostToolUse|UserPromptSubmit)$/.test(event), event)
    })
  }
})

/** The words of a command as PowerShell reads it: in quotes everything stands for itself, and a quote within is doubled. */
function powershellWords(text: string): string[] {
  return [...text.matchAll(/(?:'((?:[^'\u2018-\u201b]|['\u2018-\u201b]{2})*)'|[^\s']+)/gu)].map(([whole, quoted]) => (quoted === undefined ? whole : quoted.replace(/(['\u2018-\u201b])['\u2018-\u201b]/gu, '$1')))
}

describe('a hook\'s command on Windows', () => {
  const called = (launcher: readonly string[], client: string): string => shellHook({ launcher, platform: 'win32' }, 'PreToolUse', client)

  it('is muster itself where that is on the PATH: any shell takes it, also another machine\'s', () => {
    for (const client of ['claude-code', 'codex', 'gemini-cli', 'cursor']) assert.equal(called(byName, client), `muster hook PreToolUse --client ${client}`)
    for (const hook of Object.values(hooksOf('claude-code', on('win32', byName)))) assert.equal(hook.shell, undefined)
  })

  it('calls a path with the operator that PowerShell wants, and only where it is there', () => {
    for (const client of ['claude-code', 'codex', 'gemini-cli']) {
      assert.equal(called(shim, client), `if (Test-Path -LiteralPath '${shim[0]}') { & '${shim[0]}' hook PreToolUse --client ${client} }`)
      assert.equal(called(program, client), `if (Test-Path -LiteralPath '${program[1]}') { & '${program[0]}' '${program[1]}' hook PreToolUse --client ${client} }`)
    }
    assert.equal(powershellHook({ launcher: byName }, 'Stop', 'copilot'), 'if (Get-Command muster.cmd -ErrorAction SilentlyContinue) { & muster.cmd hook Stop --client copilot }')
    for (const hook of Object.values(hooksOf('claude-code', on('win32', shim)))) assert.equal(hook.shell, 'powershell')
  })

  it('does not begin with a quote where it may be cmd or PowerShell', () => {
    assert.equal(called(shim, 'cursor'), `cmd /d /c call "${shim[0]}" hook PreToolUse --client cursor`)
    assert.equal(called(program, 'cursor'), `cmd /d /c call "${program[0]}" D:\\tools\\muster\\dist\\cli.mjs hook PreToolUse --client cursor`)
  })

  it('is Copilot\'s for both shells', () => {
    const { bash, powershell } = hooksOf('copilot', on('win32', shim))['PreToolUse']!
    assert.equal(bash, `command -v '${shim[0]}' >/dev/null 2>&1 || exit 0; exec '${shim[0]}' hook PreToolUse --client copilot`)
    assert.equal(powershell, `if (Test-Path -LiteralPath '${shim[0]}') { & '${shim[0]}' hook PreToolUse --client copilot }`)
  })

  it('names any path there may be, so that PowerShell reads it as it is', () => {
    const path = fc.stringMatching(/^C:\\[\w &()[\]{}$%^`;,!+=~#@'\u2018\u2019\u00e9-]{1,30}\.cmd$/)
    fc.assert(fc.property(path, (word) => {
      const command = shellHook({ launcher: [word], platform: 'win32' }, 'Stop', 'codex')
      const [begin, middle, end] = ['if (Test-Path -LiteralPath ', ') { & ', ' hook Stop --client codex }']
      // The same word twice.
      const named = command.slice(begin!.length, begin!.length + (command.length - `${begin}${middle}${end}`.length) / 2)
      assert.equal(command, `${begin}${named}${middle}${named}${end}`)
      assert.deepEqual(powershellWords(named), [word])
    }))
  })

  it('is known as ours again, and comes and goes without a trace', () => {
    for (const launcher of [byName, shim, program]) for (const client of clients) {
      const place = on('win32', launcher)
      for (const hook of Object.values(hooksOf(client, place))) assert.ok(isOurHook(hook), JSON.stringify(hook))
      const { edits } = fullPlan(client, place)
      const written = new Map(changesOf(edits, 'put', () => undefined).map(({ file, after }) => [file, after]))
      assert.deepEqual(changesOf(edits, 'put', (file) => written.get(file)), [], client)
      assert.ok(changesOf(edits, 'take', (file) => written.get(file)).every(({ after }) => after === undefined), client)
    }
  })
})

describe('the plugin for opencode', () => {
  it('puts in quotes for a shell of Windows what has to be, and nothing elsewhere', () => {
    const text = changesOf(fullPlan('opencode', on('win32', program)).edits, 'put', () => undefined).find(({ file }) => file.endsWith('.js'))!.after!
    const [line = ''] = /^const quoted = .*$/m.exec(text) ?? []
    const quoted = (windows: boolean): ((word: string) => string) => new Function('windows', `${line}; return quoted`)(windows) as (word: string) => string
    assert.deepEqual([...program, 'hook', 'before-edit'].map(quoted(true)), [`"${program[0]}"`, `"${program[1]}"`, 'hook', 'before-edit'])
    assert.deepEqual(program.map(quoted(false)), program)
    assert.match(text, /spawn\(quoted\(program\), \[\.\.\.words\.map\(quoted\), /)
  })
})
