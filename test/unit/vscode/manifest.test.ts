import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { commandIds, contextKeys, rowKinds, settingKeys, titleCommandIds, viewIds } from '../../../src/vscode/contributions.js'

interface Manifest {
  icon: string
  capabilities: { untrustedWorkspaces: { restrictedConfigurations: string[] } }
  contributes: {
    viewsContainers: Record<string, { id: string; icon: string }[]>
    views: Record<string, { id: string; icon: string; when?: string }[]>
    viewsWelcome: { view: string; contents: string; when: string }[]
    commands: { command: string; title: string; category: string; icon: string }[]
    menus: Record<string, { command: string; submenu?: string; when: string; group?: string }[]>
    submenus: { id: string; label: string }[]
    keybindings: { command: string; key: string; mac: string; when: string }[]
    walkthroughs: { steps: { id: string; description: string; media: { markdown: string }; completionEvents: string[] }[] }[]
    configuration: { title: string; properties: Record<string, { default: unknown }> }[]
  }
}

const read = (path: string): string => readFileSync(join(projectRoot, path), 'utf8')

describe('manifest', () => {
  const manifest = JSON.parse(read('package.json')) as Manifest
  const nls = JSON.parse(read('package.nls.json')) as Record<string, string>
  const { contributes } = manifest

  it('declares the commands the code has, and no other', () => {
    assert.deepEqual(contributes.commands.map((command) => command.command).sort(), [...commandIds].sort())
    for (const command of contributes.commands) {
      assert.equal(command.category, 'Muster', command.command)
      assert.match(command.title, /^%.+%$/, command.command)
      assert.match(command.icon, /^\$\(.+\)$/, command.command)
    }
  })

  it('declares the views the code has, each with an icon that is there', () => {
    const views = Object.values(contributes.views).flat()
    assert.deepEqual(views.map((view) => view.id).sort(), [...viewIds].sort())
    for (const { icon } of [...views, ...Object.values(contributes.viewsContainers).flat(), { icon: manifest.icon }]) assert.ok(existsSync(join(projectRoot, icon)), icon)
  })

  it('declares the settings the code reads, with defaults', () => {
    const properties = Object.fromEntries(contributes.configuration.flatMap((group) => Object.entries(group.properties)))
    assert.deepEqual(Object.keys(properties).sort(), settingKeys.map((key) => `muster.${key}`).sort())
    for (const [key, property] of Object.entries(properties)) assert.ok('default' in property, key)
    for (const key of manifest.capabilities.untrustedWorkspaces.restrictedConfigurations) assert.ok(key in properties, key)
    for (const { title } of contributes.configuration) assert.match(title, /^%settings\.\w+%$/)
  })

  it('has a text for every key, and a key for every text', () => {
    const used = [...read('package.json').matchAll(/"%([\w.]+)%"/g)].map((match) => match[1]!)
    assert.deepEqual([...new Set(used)].sort(), Object.keys(nls).sort())
  })

  it('has a walkthrough of four steps, each with a page that is there and a command that is known', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps)
    assert.equal(steps.length, 4)
    const known = new Set<string>([...commandIds, ...viewIds.map((id) => `${id}.focus`)])
    const keys = new Set<string>(Object.values(contextKeys))
    for (const { id, description, media, completionEvents } of steps) {
      assert.ok(read(media.markdown).startsWith('## '), id)
      for (const event of completionEvents) {
        const [on = '', name = ''] = event.split(':')
        assert.ok((on === 'onCommand' ? known : keys).has(name), `${id}: ${event}`)
      }
      const [, command] = /\(command:([\w.]+)\)/.exec(nls[description.slice(1, -1)]!) ?? []
      assert.ok(command !== undefined && known.has(command), `${id}: ${command}`)
    }
  })

  it('ticks the lock of the walkthrough by what is held, not by a command that may be refused', () => {
    const steps = contributes.walkthroughs.flatMap((walkthrough) => walkthrough.steps)
    assert.deepEqual(steps.find(({ id }) => id === 'lock')?.completionEvents, [`onContext:${contextKeys.holdsFiles}`])
  })

  it('names only known commands, views, rows and context keys', () => {
    const known = new Set<string>([...commandIds, ...viewIds, ...Object.values(contextKeys)])
    const clauses = [...Object.values(contributes.menus).flat(), ...contributes.keybindings, ...contributes.viewsWelcome, ...Object.values(contributes.views).flat()].map((item) => item.when ?? '')
    for (const clause of clauses) for (const [name] of clause.matchAll(/\bmuster\.\w+/g)) assert.ok(known.has(name), `${name} in "${clause}"`)
    for (const { command, submenu } of [...Object.values(contributes.menus).flat(), ...contributes.keybindings.map((one) => ({ ...one, submenu: undefined }))]) assert.ok(submenu === undefined ? known.has(command) : contributes.submenus.some(({ id }) => id === submenu) && submenu in contributes.menus, command ?? submenu)
    const kinds = Object.values(rowKinds)
    for (const clause of clauses) {
      for (const [, kind] of clause.matchAll(/viewItem == ([\w.]+)/g)) assert.ok(kinds.some((one) => one === kind), kind)
      for (const [, pattern] of clause.matchAll(/viewItem =~ \/(.+)\//g)) assert.ok(kinds.some((kind) => new RegExp(pattern!).test(kind)), pattern)
    }
    for (const text of Object.values(nls)) for (const [, command] of text.matchAll(/\(command:(muster\.\w+)\)/g)) assert.ok(known.has(command!), command)
  })

  it('offers in the palette what fits: five commands before Muster is turned on, no row\'s command without a row, nothing that writes where nothing may be written', () => {
    const palette = (keys: Record<string, unknown>): string[] => {
      const hidden = contributes.menus['commandPalette']!.filter(({ when }) => !holds(when, keys)).map(({ command }) => command)
      return commandIds.filter((id) => !hidden.includes(id)).map((id) => id.replace('muster.', '')).sort()
    }
    const folder = { workspaceFolderCount: 1, isWorkspaceTrusted: true }
    assert.deepEqual(palette({ ...folder, 'muster.state': 'off' }), ['connectAgent', 'getStarted', 'openSettings', 'showLog', 'turnOn'])
    assert.deepEqual(palette({ workspaceFolderCount: 0, isWorkspaceTrusted: true, 'muster.state': 'nothing' }), ['getStarted', 'openSettings', 'showLog'])
    const on = palette({ ...folder, 'muster.state': 'on', 'muster.on': true, 'muster.writable': true, 'muster.someOn': true, 'muster.someWritable': true })
    for (const id of ['claim', 'checkIn', 'sendMessage', 'openDashboard', 'closeHelp']) assert.ok(on.includes(id), id)
    for (const id of ['turnOn', 'openFile', 'tryAgain']) assert.ok(!on.includes(id), id)
    const looking = palette({ ...folder, isWorkspaceTrusted: false, 'muster.state': 'on', 'muster.on': true, 'muster.someOn': true })
    for (const id of ['claim', 'release', 'sendMessage', 'approveDecision', 'connectAgent']) assert.ok(!looking.includes(id), id)
    assert.ok(looking.includes('openDashboard'))
    // The one of several repositories that is shown can only be read, or is off: files of another one can be locked, and what is wrong is told.
    const other = { ...folder, 'muster.several': true, 'muster.someOn': true, 'muster.someWritable': true }
    for (const id of ['claim', 'release', 'showFileLocks', 'showProblem', 'tryAgain']) assert.ok(palette({ ...other, 'muster.state': 'on', 'muster.on': true }).includes(id), id)
    const off = palette({ ...other, 'muster.state': 'off' })
    for (const id of ['claim', 'release', 'showFileLocks', 'showMenu', 'turnOn']) assert.ok(off.includes(id), id)
    assert.ok(!off.includes('sendMessage') && !off.includes('deployAgent'))
    for (const menu of ['explorer/context', 'editor/title/context']) assert.ok(contributes.menus[menu]!.some(({ when }) => holds(when, { ...other, 'muster.state': 'off', resourceScheme: 'file' })), menu)
  })

  it('has on the titles of views the commands that need no row', () => {
    assert.deepEqual([...new Set(contributes.menus['view/title']!.map(({ command }) => command))].sort(), [...titleCommandIds].sort())
  })

  const onRow = (view: string, kind: string): { command: string; group?: string }[] => contributes.menus['view/item/context']!.filter(({ when }) => holds(when, { workspaceFolderCount: 1, isWorkspaceTrusted: true, view, viewItem: kind, 'muster.state': 'on', 'muster.on': true, 'muster.writable': true }))

  it('shows at most three buttons on a row, and nothing twice', () => {
    for (const view of viewIds) {
      for (const kind of [...Object.values(rowKinds), ...agentRows]) {
        const shown = onRow(view, kind)
        assert.ok(shown.filter(({ group }) => group?.startsWith('inline')).length <= 3, `${view} ${kind}`)
        const places = shown.map(({ command, group }) => `${command} ${group}`)
        assert.deepEqual(places, [...new Set(places)], `${view} ${kind}`)
      }
    }
  })

  it('offers the same for an agent that holds a file, or has stopped, as for one that does not', () => {
    for (const kind of agentKinds) {
      const commands = (row: string): Set<string> => new Set(onRow('muster.agents', row).map(({ command }) => command))
      for (const row of agentRows.filter((one) => one.startsWith(kind))) for (const command of commands(kind)) assert.ok(commands(row).has(command), `${command} on ${row}`)
    }
  })

  it('offers what somebody may still do, and not what has been done', () => {
    const offers = (view: string, kind: string, ...commands: string[]): boolean[] => commands.map((command) => onRow(view, kind).some((one) => one.command === `muster.${command}`))
    for (const kind of [rowKinds.agent, rowKinds.inTerminal, rowKinds.goneAgent, rowKinds.deployed, rowKinds.ended]) {
      assert.deepEqual(offers('muster.agents', `${kind}${rowKinds.withStale}${rowKinds.withFile}`, 'markAgentDone', 'markAgentFailed', 'sendMessage'), [true, true, true], kind)
      assert.deepEqual(offers('muster.agents', `${kind}${rowKinds.withStale}${rowKinds.over}${rowKinds.withFile}`, 'markAgentDone', 'markAgentFailed', 'sendMessage', 'openAgentFile'), [false, false, true, true], kind)
    }
    assert.deepEqual(offers('muster.agents', `${rowKinds.agent}${rowKinds.person}`, 'markAgentDone', 'markAgentFailed'), [false, false])
    for (const kind of [rowKinds.received, rowKinds.receivedHelp]) {
      assert.deepEqual(offers('muster.messages', kind, 'acknowledgeMessage', 'replyMessage'), [true, true], kind)
      assert.deepEqual(offers('muster.messages', `${kind}${rowKinds.settled}${rowKinds.withFile}`, 'acknowledgeMessage', 'replyMessage', 'openAgentFile'), [false, true, true], kind)
    }
    assert.deepEqual(offers('muster.messages', rowKinds.unread, 'acknowledgeMessage'), [true])
    for (const [kind, offered] of [[rowKinds.unread, [false, false, false]], [rowKinds.unread + rowKinds.asked, [true, true, false]], [rowKinds.received + rowKinds.settled + rowKinds.askedPart + rowKinds.withFile, [true, true, true]]] as const) {
      assert.deepEqual(offers('muster.messages', kind, 'release', 'keepLock', 'narrowLock'), offered, kind)
    }
  })

  it('leads to the terminal of an agent that works in one, whoever started it', () => {
    const commands = (kind: string): string[] => onRow('muster.agents', kind).map(({ command }) => command)
    for (const kind of [rowKinds.inTerminal, rowKinds.deployed + rowKinds.withTerminal, rowKinds.deployed + rowKinds.withTerminal + rowKinds.withFile]) for (const command of ['muster.showTerminal', 'muster.nudgeAgent']) assert.ok(commands(kind).includes(command), `${command} on ${kind}`)
    for (const kind of [rowKinds.agent, rowKinds.deployed]) assert.ok(!commands(kind).includes('muster.showTerminal'), kind)
  })

  it('refers to every row kind and setting somewhere in the code', () => {
    const code = sources(join(projectRoot, 'src', 'vscode')).filter((file) => !file.endsWith('contributions.ts')).map((file) => readFileSync(file, 'utf8')).join('\n')
    for (const key of settingKeys) assert.ok(code.includes(`'${key}'`), key)
    for (const name of Object.keys(rowKinds)) assert.ok(code.includes(`rowKinds.${name}`), name)
  })
})

/** Whether a when clause holds: the part of the editor's language that the manifest uses. */
function holds(when: string, keys: Readonly<Record<string, unknown>>): boolean {
  const code = when.replace(/=~ (\/.*?\/)(?= |$|\))|(==|!=) ('[^']*'|[\w.]+)|([A-Za-z][\w.]*)/g, (_all, pattern?: string, sign?: string, value?: string, key?: string) => {
    if (pattern !== undefined) return `.match(${pattern})`
    if (sign !== undefined) return `${sign} ${/^\d+$/.test(value!) || value!.startsWith("'") ? value : `'${value}'`}`
    return key === 'true' || key === 'false' ? key : `keys[${JSON.stringify(key)}]`
  })
  // Our own manifest's clauses, in which nothing else is left.
  return Boolean((new Function('keys', `return ${code}`) as (keys: object) => unknown)(keys))
}

const agentKinds = [rowKinds.me, rowKinds.agent, rowKinds.inTerminal, rowKinds.goneAgent, ...[rowKinds.deployed, rowKinds.ended].flatMap((kind) => [kind, kind + rowKinds.withTerminal])]
const agentRows = agentKinds.flatMap((kind) => ['', rowKinds.withStale].flatMap((stale) => ['', rowKinds.unfinished].flatMap((stopped) => ['', rowKinds.withFile].map((file) => kind + stale + stopped + file))))

function sources(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts')).map((file) => join(folder, file))
}
