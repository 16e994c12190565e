import { posixQuoted } from '../core/posixShell.js'
import type { Place } from './plan.js'


/** Every command of ours ends so, whatever starts it; in PowerShell within braces. */
const ending = / hook [A-Za-z-]+ --client (?:claude-code|codex|gemini-cli|copilot|cursor)(?: \})?$/

/** Started by what the PATH has, and not from a place of this machine. */
export function isByName(launcher: readonly string[]): boolean {
  return launcher.every((word) => /^[\w.-]+$/.test(word))
}

/**
 * A hook's command for a shell. Where Muster is not installed (any more, or on another machine), it does nothing: some clients
 * refuse every edit when a hook cannot be started.
 */
export function shellHook({ launcher, platform }: Pick<Place, 'launcher' | 'platform'>, event: string, client: string): string {
  const call = `hook ${event} --client ${client}`
  if (platform === 'win32') return isByName(launcher) ? `${launcher.join(' ')} ${call}` : client === 'cursor' ? cmdCall(launcher, call) : powershellHook({ launcher }, event, client)
  const words = launcher.map(shellWord)
  const check = launcher.at(-1)?.startsWith('/') ? `[ -e ${words.at(-1)} ]` : `command -v ${words[0]} >/dev/null 2>&1`
  return `${check} || exit 0; exec ${words.join(' ')} ${call}`
}

/** The same for PowerShell, where a quoted program needs the call operator. */
export function powershellHook({ launcher }: Pick<Place, 'launcher'>, event: string, client: string): string {
  // The script that npm puts beside it for PowerShell may be forbidden to run.
  const words = launcher.join() === 'muster' ? ['muster.cmd'] : launcher.map(powershellWord)
  const check = isByName(launcher) ? `Get-Command ${words[0]} -ErrorAction SilentlyContinue` : `Test-Path -LiteralPath ${words.at(-1)}`
  return `if (${check}) { & ${words.join(' ')} hook ${event} --client ${client} }`
}

/** For clients that take cmd or PowerShell, as they find them: neither minds quotes but around the first word. */
function cmdCall(launcher: readonly string[], call: string): string {
  return `cmd /d /c call ${launcher.map((word) => (/^[\w.:\\/-]+$/.test(word) ? word : `"${word}"`)).join(' ')} ${call}`
}

/** Whether a hook of a client, without the group it may stand in, is one of ours. */
export function isOurHook(hook: unknown): boolean {
  if (typeof hook !== 'object' || hook === null) return false
  const { command, bash } = hook as { command?: unknown; bash?: unknown }
  return [command, bash].some((text) => typeof text === 'string' && ending.test(text))
}

/** Whether a client's entry of a server is one that we wrote, with this command line or one of before. */
export function isOurServer(entry: unknown, ours: object): boolean {
  if (typeof entry !== 'object' || entry === null || Object.keys(entry).sort().join() !== Object.keys(ours).sort().join()) return false
  const words = wordsOf(entry)
  if (words.at(-1) !== 'mcp') return false
  return words.join('\0') === wordsOf(ours).join('\0') || (words.length <= 3 && /(^|[\\/])(muster(\.cmd|\.exe)?|cli\.mjs)$/.test(words.at(-2) ?? ''))
}

function wordsOf(entry: object): string[] {
  const { command, args } = entry as { command?: unknown; args?: unknown }
  return [command, args].flat().filter((word): word is string => typeof word === 'string')
}

function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : posixQuoted(word)
}

/** PowerShell takes typographic quotes for quotes. */
function powershellWord(word: string): string {
  return /^[\w.-]+$/.test(word) ? word : `'${word.replace(/['\u2018-\u201b]/g, '$&$&')}'`
}
