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

/** Whether an entry of a client's hooks is one of ours. */
export function isOurHook(entry: unknown): boolean {
  if (typeof entry !== 'object' || entry === null) return false
  const { hooks, command, bash } = entry as { hooks?: unknown; command?: unknown; bash?: unknown }
  if (Array.isArray(hooks)) return hooks.length > 0 && hooks.every(isOurHook)
  return [command, bash].some((text) => typeof text === 'string' && ending.test(text))
}

function shellWord(word: string, platform: NodeJS.Platform): string {
  if (/^[\w@%+=:,./-]+$/.test(word)) return word
  return platform === 'win32' ? `"${word}"` : `'${word.replaceAll("'", "'\\''")}'`
}
