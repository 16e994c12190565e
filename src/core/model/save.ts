import * as z from 'zod'
import { agentKinds, agentStatuses, claimModes } from './words.js'

/*
 * What a window had open, with what the records and git knew at that moment: one file, `sessions/<window>/<id>.json`. Unsaved
 * text is in it only where the person switched that on. Fields of later versions survive.
 */

export const SAVE_VERSION = 1

const count = z.number().int().nonnegative()
/** Lines and characters, from 0: of a selection its anchor and its cursor, of what is seen its beginning and end. */
const span = z.tuple([count, count, count, count])
export type Span = z.infer<typeof span>

const tabKinds = ['text', 'diff', 'notebook', 'notebookDiff', 'custom', 'terminal', 'webview', 'other'] as const

const savedTab = z.looseObject({
  kind: z.enum(tabKinds),
  label: z.string(),
  /** What it shows; of a comparison the right side. Missing where no file is behind it. */
  uri: z.string().optional(),
  /** Left side of a comparison. */
  original: z.string().optional(),
  /** Of a notebook, a custom editor or a page. */
  viewType: z.string().optional(),
  active: z.boolean().optional(),
  pinned: z.boolean().optional(),
  preview: z.boolean().optional(),
  dirty: z.boolean().optional(),
  selections: z.array(span).optional(),
  visible: span.optional(),
})
export type SavedTab = z.infer<typeof savedTab>

const savedGroup = z.looseObject({ column: z.number().int().positive(), active: z.boolean().optional(), tabs: z.array(savedTab) })
export type SavedGroup = z.infer<typeof savedGroup>

export const savedText = z.looseObject({
  uri: z.string(),
  language: z.string().optional(),
  text: z.string(),
  /** SHA-256 of the file on disk that was being edited; missing where there was none. */
  base: z.string().optional(),
})
export type SavedText = z.infer<typeof savedText>

const savedTerminal = z.looseObject({
  name: z.string(),
  /** Folder its shell was in. */
  cwd: z.string().optional(),
  /** Last command line, where the shell tells its editor. */
  command: z.string().optional(),
})
export type SavedTerminal = z.infer<typeof savedTerminal>

/** The part of a save that only a window can tell. */
export const windowContent = z.looseObject({
  /** Workspace folders. */
  folders: z.array(z.string()),
  /** Kind of a remote window (`ssh-remote`, `dev-container` …). */
  remote: z.string().optional(),
  /** How groups are arranged, in the editor's own words. */
  layout: z.unknown().optional(),
  groups: z.array(savedGroup),
  unsaved: z.array(savedText),
  /** Unsaved text that is not in here, and why. */
  omitted: z.array(z.looseObject({ uri: z.string(), why: z.enum(['off', 'limit']) })),
  terminals: z.array(savedTerminal),
})
export type WindowContent = z.infer<typeof windowContent>

const savedAgent = z.looseObject({
  id: z.string(),
  name: z.string(),
  kind: z.enum(agentKinds),
  status: z.enum(agentStatuses),
  parent: z.string().optional(),
  progress: z.number().optional(),
  currentTask: z.string().optional(),
  nextTask: z.string().optional(),
  message: z.string().optional(),
  blocker: z.string().optional(),
  waitingFor: z.array(z.string()).optional(),
})

const savedClaim = z.looseObject({
  resource: z.string(),
  tree: z.string(),
  mode: z.enum(claimModes),
  token: z.number(),
  heldBy: z.string(),
  progress: z.number().optional(),
  note: z.string().optional(),
  branch: z.string().optional(),
})
export type SavedClaim = z.infer<typeof savedClaim>

const savedRepository = z.looseObject({ root: z.string(), branch: z.string().optional(), head: z.string().optional() })

/** What two saves are compared by. */
export const saveBody = z.looseObject({
  host: z.string(),
  root: z.string(),
  /** Agent id of whoever's window it is; missing for a save by a command. */
  agent: z.string().optional(),
  content: windowContent.optional(),
  repositories: z.array(savedRepository),
  agents: z.array(savedAgent),
  claims: z.array(savedClaim),
})
export type SaveBody = z.infer<typeof saveBody>

/** `command`: nobody's window. `change`: kept up to date while somebody works. */
export const saveReasons = ['command', 'asked', 'timer', 'change', 'close'] as const
export type SaveReason = (typeof saveReasons)[number]

export const save = saveBody.extend({
  version: z.literal(SAVE_VERSION),
  id: z.string(),
  /** ISO 8601 in UTC. */
  savedAt: z.string(),
  reason: z.enum(saveReasons),
  /** Names the process that wrote it. */
  process: z.string(),
})
export type Save = z.infer<typeof save>
