import type { Save, SavedGroup, SavedTab, SavedTerminal, SavedText, WindowContent } from '../../core/model/save.js'
import { nameOf } from './saved.js'
import { sumOf } from './textBases.js'

/** What the window has, to be compared with what it had. */
export interface Present {
  groups: readonly SavedGroup[]
  terminals: readonly SavedTerminal[]
  /** By address: of every text that was unsaved, and of every document without a file. */
  texts: ReadonlyMap<string, PresentText>
  /** Whether a file, or a folder, is there; for addresses of files only. */
  exists(uri: string): boolean
  trusted: boolean
}

export interface PresentText {
  /** In the editor; undefined where it is not open. */
  text?: string
  dirty: boolean
  /** SHA-256 of the file; undefined where there is none. */
  disk?: string
}

/** One thing to do in the window, in this order. */
export type Step =
  | { do: 'layout'; layout: unknown }
  | { do: 'open'; column: number; tab: SavedTab }
  /** Puts unsaved text back over the text it was made from. */
  | { do: 'text'; column: number; text: SavedText; tab?: SavedTab }
  /** A new document without a file. */
  | { do: 'untitled'; column: number; text: SavedText; tab?: SavedTab }
  /** Shows the saved text beside the newer one, which stays as it is. */
  | { do: 'compare'; text: SavedText }
  /** The saved text is in the editor already: shows the newer file beside it. */
  | { do: 'compareFile'; text: SavedText }
  | { do: 'show'; column: number; tab: SavedTab }
  /** The command is typed, never run. */
  | { do: 'terminal'; name: string; cwd?: string; command?: string }

export type Why = 'gone' | 'page' | 'unknown' | 'newer' | 'fileGone' | 'off' | 'limit' | 'lines' | 'restricted' | 'folderGone'

/** Something that is not as it was, and why. */
export interface Missing {
  what: string
  why: Why
}

export interface Plan {
  steps: Step[]
  missing: Missing[]
}

/** How to make the window what it was, with nothing that is newer overwritten and nothing twice. */
export function planRestore(save: Save, present: Present): Plan {
  const content = save.content
  if (content === undefined) return { steps: [], missing: [] }
  const plan: Plan = { steps: [], missing: [] }
  const texts = new Map(content.unsaved.map((text) => [text.uri, text]))
  const open = present.groups.filter(({ tabs }) => tabs.length > 0)
  if (content.layout !== undefined && content.groups.length > 1 && open.length < content.groups.length) plan.steps.push({ do: 'layout', layout: content.layout })
  for (const group of content.groups) planGroup(plan, group, texts, present)
  for (const text of texts.values()) planText(plan, text, 1, present)
  showActive(plan, content, present)
  // In front at the end: they want a person's eyes.
  plan.steps = [...plan.steps.filter((step) => !isComparison(step)), ...plan.steps.filter(isComparison)]
  for (const { uri, why } of content.omitted) if (!isBack(present, uri)) plan.missing.push({ what: nameOf(uri), why })
  planTerminals(plan, content.terminals, present)
  return plan
}

function isComparison(step: Step): boolean {
  return step.do === 'compare' || step.do === 'compareFile'
}

/** Whether what the plan does is worth a person's attention: terminals alone come and go. */
export function isWorthOffering({ steps }: Plan): boolean {
  return steps.some((step) => step.do !== 'layout' && step.do !== 'terminal' && step.do !== 'show')
}

function planGroup(plan: Plan, { column, tabs }: SavedGroup, texts: Map<string, SavedText>, present: Present): void {
  for (const tab of tabs) {
    const text = tab.uri === undefined || tab.kind === 'diff' ? undefined : texts.get(tab.uri)
    if (text !== undefined) texts.delete(text.uri)
    if (!isOpen(tab, column, present)) planTab(plan, tab, column, present, text)
    if (text !== undefined) planText(plan, text, column, present, tab)
  }
}

function planTab(plan: Plan, tab: SavedTab, column: number, present: Present, text: SavedText | undefined): void {
  const { kind, label, uri } = tab
  // Terminals are made anew as such; a document without a file is its text.
  if (kind === 'terminal' || isUntitled(uri)) return
  if (kind === 'webview') plan.missing.push({ what: label, why: 'page' })
  else if (kind === 'other' || uri === undefined) plan.missing.push({ what: label, why: 'unknown' })
  else if ([uri, tab.original].every((one) => one === undefined || !one.startsWith('file:') || present.exists(one))) plan.steps.push({ do: 'open', column, tab })
  else if (text === undefined) plan.missing.push({ what: label, why: 'gone' })
}

function planText(plan: Plan, text: SavedText, column: number, present: Present, tab?: SavedTab): void {
  const { uri, base } = text
  const at = { column, text, ...(tab && { tab }) }
  const now = present.texts.get(uri)
  if (isUntitled(uri)) {
    const same = [...present.texts].some(([other, one]) => isUntitled(other) && one.text === text.text)
    if (same) return
    // Another text under the same name.
    if (now?.text !== undefined && now.text !== '') plan.steps.push({ do: 'compare', text })
    else return void plan.steps.push({ do: 'untitled', ...at })
    return void plan.missing.push({ what: nameOf(uri), why: 'newer' })
  }
  if (now?.text === text.text) {
    // The editor itself has brought it back, and does not say that the file has changed before it is saved.
    const newer = now.dirty && now.disk !== undefined && now.disk !== base && now.disk !== sumOf(text.text)
    if (newer) plan.steps.push({ do: 'compareFile', text })
    if (newer) plan.missing.push({ what: nameOf(uri), why: 'newer' })
    return
  }
  if (now === undefined || (now.text === undefined && now.disk === undefined)) {
    plan.steps.push({ do: 'untitled', ...at })
    plan.missing.push({ what: nameOf(uri), why: 'fileGone' })
  } else if (!now.dirty && base !== undefined && now.disk === base) {
    plan.steps.push({ do: 'text', ...at })
  } else {
    plan.steps.push({ do: 'compare', text })
    plan.missing.push({ what: nameOf(uri), why: 'newer' })
  }
}

/** The editor in front of each group, last that of the group in which the cursor was. */
function showActive(plan: Plan, { groups }: WindowContent, present: Present): void {
  if (!plan.steps.some((step) => step.do === 'open' || step.do === 'untitled' || step.do === 'text')) return
  const fronts = groups.flatMap((group) => {
    const tab = group.tabs.find(({ active }) => active === true)
    return tab === undefined ? [] : [{ group, tab }]
  })
  for (const { group, tab } of fronts.sort((a, b) => Number(a.group.active === true) - Number(b.group.active === true))) {
    const opened = plan.steps.some((step) => step.do === 'open' && step.tab === tab)
    if (opened || isOpen(tab, group.column, present)) plan.steps.push({ do: 'show', column: group.column, tab })
  }
}

function planTerminals(plan: Plan, terminals: readonly SavedTerminal[], present: Present): void {
  const there = [...present.terminals]
  for (const { name, cwd, command } of terminals) {
    const found = there.findIndex((one) => one.name === name && (one.cwd === undefined || cwd === undefined || one.cwd === cwd))
    if (found >= 0) {
      there.splice(found, 1)
      continue
    }
    const folder = cwd !== undefined && present.exists(cwd) ? cwd : undefined
    if (cwd !== undefined && folder === undefined) plan.missing.push({ what: name, why: 'folderGone' })
    const typed = command === undefined || command.trim() === '' ? undefined : command
    const why = typed === undefined ? undefined : !present.trusted ? 'restricted' : canBeTyped(typed) ? undefined : 'lines'
    if (why !== undefined) plan.missing.push({ what: name, why })
    plan.steps.push({ do: 'terminal', name, ...(folder !== undefined && { cwd: folder }), ...(typed !== undefined && why === undefined && { command: typed }) })
  }
}

/** A line break would run what is before it; other control characters mean something to the shell or the terminal. */
function canBeTyped(command: string): boolean {
  return command.length <= 4_000 && !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(command)
}

function isOpen(tab: SavedTab, column: number, { groups }: Present): boolean {
  return groups.some((group) => group.column === column && group.tabs.some((one) => one.kind === tab.kind && one.uri === tab.uri && one.original === tab.original && (one.uri !== undefined || one.label === tab.label)))
}

/** A file whose text was not saved may have been brought back by the editor itself. */
function isBack({ groups }: Present, uri: string): boolean {
  return groups.some(({ tabs }) => tabs.some((tab) => tab.uri === uri && tab.dirty === true))
}

function isUntitled(uri: string | undefined): boolean {
  return uri?.startsWith('untitled:') === true
}
