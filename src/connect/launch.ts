import type { Place } from './plan.js'


/** Every command of ours ends so, whatever starts it; in PowerShell within braces. */
const ending = / hook [A-Za-z-]+ --client (?:claude-code|codex|gemini-cli|copilot|cursor)(?: \})?$/

/**
 * A hook's command for a shell. Where Muster is not installed (any more, or on another machine), it does nothing: some clients
 * refuse every edit when a hook cannot be started.
 */
export function shellHook({ launcher, platform }: Pick<Place, 'launcher' | 'platform'>, event: string, client: string): string {
  const call = `${launcher.map((word) => shellWord(word, platform)).join(' ')} hook ${event} --client ${client}`
  if (platform === 'win32') return call
  const [program = ''] = launcher
  const script = launcher.at(-1) ?? ''
  const check = script.startsWith('/') ? `[ -e ${shellWord(script, platform)} ]` : `command -v ${shellWord(program, platform)} >/dev/null 2>&1`
  return `${check} || exit 0; exec ${call}`
}

/** The same for PowerShell. */
export function powershellHook({ launcher }: Pick<Place, 'launcher'>, event: string, client: string): string {
  const words = launcher.map((word) => (/^[\w.-]+$/.test(word) ? word : `'${word.replaceAll("'", "''")}'`))
  const [program = ''] = words
  const check = program.startsWith('\'') ? `Test-Path ${words.at(-1)}` : `Get-Command ${program} -ErrorAction SilentlyContinue`
  return `if (${check}) { & ${words.join(' ')} hook ${event} --client ${client} }`
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

function shellWord(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`
}
