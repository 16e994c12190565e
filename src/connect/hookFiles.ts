import { tell } from '../core/tell.js'
import { JsonText, same } from './json.js'
import { isOurHook, isOurServer } from './launch.js'
import { named, type FileEdit, type Read } from './plan.js'

/** Entries of a client's hooks, by the names of its events; one an event. */
export type HookEntries = Readonly<Record<string, object>>

/**
 * Keeps one hook of ours in each event's list, and none in others. It is known by its command: where a person has put hooks
 * of their own into its group, that group is theirs, and only our hook in it is brought up to date.
 */
export function putHooks(json: JsonText, entries: HookEntries): JsonText {
  for (const event of eventsIn(json)) if (!Object.hasOwn(entries, event)) removeOurs(json, event)
  for (const [event, entry] of Object.entries(entries)) {
    const found = ours(json, event)
    const [only] = found
    if (found.length === 1 && only && !only.alone) json.set([...only.path], hooksIn(entry)[0])
    else if (found.length !== 1 || !same(json.get(...only!.path.slice(0, 3)), entry)) {
      removeOurs(json, event)
      json.append(['hooks', event], entry)
    }
  }
  return json
}

export function takeHooks(json: JsonText): JsonText {
  for (const event of eventsIn(json)) removeOurs(json, event)
  return json
}

interface Found {
  path: readonly (string | number)[]
  /** Nobody else's hook stands in its group. */
  alone: boolean
}

/** Where hooks of ours stand in an event's list: in it, or in the groups that it holds. */
function ours(json: JsonText, event: string): Found[] {
  const list = json.get('hooks', event)
  if (!Array.isArray(list)) return []
  return list.flatMap((entry: unknown, index): Found[] => {
    if (isOurHook(entry)) return [{ path: ['hooks', event, index], alone: true }]
    const hooks = hooksIn(entry)
    return hooks.flatMap((hook, at) => (isOurHook(hook) ? [{ path: ['hooks', event, index, 'hooks', at], alone: hooks.every(isOurHook) }] : []))
  })
}

function removeOurs(json: JsonText, event: string): void {
  for (const { path, alone } of ours(json, event)) if (!alone) json.removeItems(path.slice(0, 4), isOurHook)
  json.removeItems(['hooks', event], (entry) => isOurHook(entry) || (hooksIn(entry).length > 0 && hooksIn(entry).every(isOurHook)))
}

function hooksIn(entry: unknown): readonly unknown[] {
  const hooks = typeof entry === 'object' && entry !== null && 'hooks' in entry ? entry.hooks : undefined
  return Array.isArray(hooks) ? hooks : []
}

function eventsIn(json: JsonText): string[] {
  const hooks = json.get('hooks')
  return typeof hooks === 'object' && hooks !== null && !Array.isArray(hooks) ? Object.keys(hooks) : []
}

export interface JsonEdit extends Pick<FileEdit, 'files' | 'notes'> {
  put(json: JsonText, read: Read): void
  take(json: JsonText, read: Read): void
  /** Keys that a new file has besides; when only these are left, the file goes. */
  frame?: Readonly<Record<string, unknown>>
}

/** An edit of a JSON file. */
export function jsonEdit({ files, put, take, frame = {}, notes }: JsonEdit): FileEdit {
  return {
    files,
    ...(notes && { notes }),
    put: (text, read) => named(files[0], () => {
      const json = JsonText.of(text)
      for (const [key, value] of Object.entries(frame)) if (text === undefined || key === 'version' && json.get(key) === undefined) json.set([key], value)
      put(json, read)
      return json.text
    }),
    take: (text, read) => named(files[0], () => {
      const json = JsonText.of(text)
      const whole = json.text
      take(json, read)
      if (json.text === whole) return text
      return json.holdsOnly(...Object.keys(frame)) ? undefined : json.text
    }),
  }
}

/** Our server under a path, `mcpServers.muster` say; one that somebody wrote by hand is left as it is. */
export function putServer(json: JsonText, path: readonly [string, string], server: object): JsonText {
  const there = json.get(...path)
  return there === undefined || isOurServer(there, server) ? json.set([...path], server) : json
}

export function takeServer(json: JsonText, path: readonly [string, string], server: object): JsonText {
  return isOurServer(json.get(...path), server) ? json.removeWithParents([...path]) : json
}

/** Says that a server was left as it is. */
export function serverNotes(file: string, path: readonly [string, string], server: object): (text: string | undefined) => string[] {
  return (text) => {
    const there = text === undefined ? undefined : JsonText.of(text).get(...path)
    return there === undefined || isOurServer(there, server) ? [] : [tell`The server "muster" in ${file} was written by hand and is left as it is. To have Muster's, remove it and connect again.`]
  }
}

/** An edit of a file for the server alone. */
export function serverEdit(files: FileEdit['files'], path: readonly [string, string], server: object, frame?: JsonEdit['frame']): FileEdit {
  return jsonEdit({ files, put: (json) => void putServer(json, path, server), take: (json) => void takeServer(json, path, server), notes: serverNotes(files[0], path, server), ...(frame && { frame }) })
}
