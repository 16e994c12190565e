import { JsonText, same } from './json.js'
import { isOurHook } from './launch.js'
import { named, type FileEdit } from './plan.js'

/** Entries of a client's hooks, by the names of its events; one an event. */
export type HookEntries = Readonly<Record<string, object>>

/** Keeps one entry of ours in each event's list, and none in others. */
export function putHooks(json: JsonText, entries: HookEntries): JsonText {
  for (const event of eventsIn(json)) if (!Object.hasOwn(entries, event)) json.removeItems(['hooks', event], isOurHook)
  for (const [event, entry] of Object.entries(entries)) {
    const list = json.get('hooks', event)
    const ours = Array.isArray(list) ? list.filter(isOurHook) : []
    if (ours.length === 1 && same(ours[0], entry)) continue
    json.removeItems(['hooks', event], isOurHook)
    json.append(['hooks', event], entry)
  }
  return json
}

export function takeHooks(json: JsonText): JsonText {
  for (const event of eventsIn(json)) json.removeItems(['hooks', event], isOurHook)
  return json
}

function eventsIn(json: JsonText): string[] {
  const hooks = json.get('hooks')
  return typeof hooks === 'object' && hooks !== null && !Array.isArray(hooks) ? Object.keys(hooks) : []
}

export interface JsonEdit {
  files: FileEdit['files']
  put(json: JsonText): void
  take(json: JsonText): void
  /** Keys that a new file has besides; when only these are left, the file goes. */
  frame?: Readonly<Record<string, unknown>>
}

/** An edit of a JSON file. */
export function jsonEdit({ files, put, take, frame = {} }: JsonEdit): FileEdit {
  return {
    files,
    put: (text) => named(files[0], () => {
      const json = JsonText.of(text)
      for (const [key, value] of Object.entries(frame)) if (text === undefined || key === 'version' && json.get(key) === undefined) json.set([key], value)
      put(json)
      return json.text
    }),
    take: (text) => named(files[0], () => {
      const json = JsonText.of(text)
      take(json)
      return json.text !== text && json.holdsOnly(...Object.keys(frame)) ? undefined : json.text
    }),
  }
}

/** An entry of ours under a path, `mcpServers.muster` say. */
export function entryEdit(files: FileEdit['files'], path: readonly [string, string], value: unknown, frame?: JsonEdit['frame']): FileEdit {
  return jsonEdit({ files, put: (json) => json.set([...path], value), take: (json) => json.removeWithParents([...path]), ...(frame && { frame }) })
}
