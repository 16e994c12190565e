/** What of package.json its tables are made from. Texts are keys of package.nls.json in percent signs, or plain. */
export interface Manifest {
  contributes: {
    commands: { command: string; title: string }[]
    configuration: { title: string; properties: Record<string, Setting> }[]
    keybindings: { command: string; key: string; mac?: string; when?: string }[]
    menus: Record<string, { command?: string; submenu?: string; when?: string }[]>
    views: Record<string, { id: string; name: string }[]>
  }
}

interface Setting {
  default: unknown
  enum?: string[]
  enumDescriptions?: string[]
  markdownEnumDescriptions?: string[]
  description?: string
  markdownDescription?: string
}

export type Texts = Readonly<Record<string, string>>

/** A row for each setting: its name, its default and what it does. */
export function settingsTable({ contributes }: Manifest, texts: Texts): string {
  const rows = contributes.configuration.flatMap(({ properties }) => Object.entries(properties).map(([name, setting]) => {
    const values = setting.enum?.map((value, index) => `\`${value}\`: ${text(setting.enumDescriptions?.[index] ?? setting.markdownEnumDescriptions?.[index] ?? '', texts)}`) ?? []
    const what = [text(setting.markdownDescription ?? setting.description ?? '', texts), ...values].join(' ')
    return [`\`${name}\``, `\`${JSON.stringify(setting.default)}\``, what]
  }))
  return markdownTable(['Setting', 'Default', 'What it does'], rows)
}

/** A row for each command: its title, its name for shortcuts, where it is found and the keys that call it. */
export function commandsTable({ contributes }: Manifest, texts: Texts): string {
  const { commands, keybindings, menus, views } = contributes
  const names = new Map(Object.values(views).flat().map(({ id, name }) => [id, text(name, texts)]))
  const rows = commands.filter(({ command }) => !TITLE.test(command)).map(({ command, title }) => {
    const places = [...(found(menus, 'commandPalette', command)?.when === 'false' ? [] : ['palette'])]
    for (const [menu, entries] of Object.entries(menus)) {
      const place = PLACES[menu]
      if (place === undefined) continue
      for (const entry of entries) if (entry.command?.replace(TITLE, (_, name: string) => `muster.${name.toLowerCase()}`) === command) places.push(...place(viewsOf(entry.when).map((id) => names.get(id) ?? id), entry.when ?? ''))
    }
    // The same keys twice, with and without the modifier held, are one shortcut.
    const [shortest] = keybindings.filter((binding) => binding.command === command).map(({ key }) => key).sort((a, b) => a.length - b.length)
    return [text(title, texts), `\`${command}\``, [...new Set(places)].join(', '), shortest === undefined ? '' : `\`${shortest}\``]
  })
  return markdownTable(['Command', 'For shortcuts', 'Where', 'Keys'], rows)
}

/** What is above a view and on its rows has a name of its own there, for no shortcut. */
const TITLE = /^muster\.title([A-Z])/

const PLACES: Readonly<Record<string, (views: readonly string[], when: string) => string[]>> = {
  'view/title': (views) => (views.length === 0 ? ['above the lists'] : views.map((view) => `above ${view}`)),
  'view/item/context': (views) => (views.length === 0 ? ['rows'] : views.map((view) => `rows of ${view}`)),
  'explorer/context': () => ['Explorer'],
  'editor/title/context': () => ['tab'],
  'editor/context': () => ['editor'],
  'muster.file': (_views, when) => [when.startsWith('explorerResourceIsFolder') ? 'menu of a folder' : 'menu of a file'],
}

function found(menus: Manifest['contributes']['menus'], menu: string, command: string): { when?: string } | undefined {
  return menus[menu]?.find((entry) => entry.command === command)
}

function viewsOf(when = ''): string[] {
  return [...when.matchAll(/view == (muster\.\w+)/g)].map(([, id]) => id!)
}

/** @throws Error where package.nls.json has no such text */
function text(value: string, texts: Texts): string {
  const key = /^%(.*)%$/.exec(value)?.[1]
  if (key === undefined) return value
  const found = texts[key]
  if (found === undefined) throw new Error(`package.nls.json has no "${key}".`)
  return found
}

function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.map((cell) => cell.replace(/\s*\n\s*/g, ' ').replaceAll('|', '\\|')).join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n')
}
