import { readFileSync, statSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** What of a repository's own configuration tells where its main working tree is. */
export interface CoreConfig {
  bare: boolean
  /** As written: relative paths are meant from the git directory. */
  worktree: string | undefined
}

/** Reads `core.bare` and `core.worktree` from the configuration files of a git directory, without running git. */
export function readCoreConfig(gitDir: string): CoreConfig {
  const shared = settingsIn(join(gitDir, 'config'))
  // With this extension git keeps what belongs to the main working tree alone in a file of its own; sparse checkouts do so.
  const own = isTrue(shared.get('extensions.worktreeconfig')) ? settingsIn(join(gitDir, 'config.worktree')) : new Map<string, string>()
  const read = (name: string): string | undefined => own.get(name) ?? shared.get(name)
  return { bare: isTrue(read('core.bare')), worktree: read('core.worktree') }
}

/** Other names of hosts, by which their SSH is reached where the usual port is closed. */
const OTHER_HOSTS: Readonly<Record<string, string>> = { 'ssh.github.com': 'github.com', 'altssh.gitlab.com': 'gitlab.com', 'altssh.bitbucket.org': 'bitbucket.org', 'ssh.dev.azure.com': 'dev.azure.com' }
/** To these, `Acme/App` and `acme/app` are one. */
const ANY_CASE = /^(github\.com|gitlab\.com|bitbucket\.org|dev\.azure\.com)$/

/**
 * What the repository is called wherever it is cloned to: where it is fetched from (`origin`, else the only remote), without
 * protocol, user and `.git`: `github.com/acme/app`. Undefined where it comes from nowhere, or from this machine's own disk.
 * Aliases of hosts in the configuration of SSH are not followed.
 */
export function repositoryName(commonDir: string, env: NodeJS.ProcessEnv = process.env): string | undefined {
  const settings = settingsIn(join(commonDir, 'config'))
  const remotes = [...settings].filter(([name]) => /^remote ".*"\.url$/.test(name))
  const url = settings.get('remote "origin".url') ?? (remotes.length === 1 ? remotes[0]![1] : undefined)
  const written = url === undefined ? undefined : meant(url.trim(), [settings, ...personalFiles(env).map(settingsIn)])
  const [, host, path] = /^(?:(?:https?|ssh|git):\/\/(?:[^@/]*@)?([^/:@]+)(?::\d+)?\/|(?:[^@/]*@)?([^/:@]{2,}):(?!\/\/))(.*)$/.exec(written ?? '')?.filter((part) => part !== undefined) ?? []
  const name = path?.replace(/^\/+|\/+$/g, '').replace(/\.git$/, '')
  return host === undefined || !name ? undefined : sameName(host.toLowerCase(), name, /^https?:/.test(written ?? '')).slice(0, 200)
}

/** As git reads an address: the longest `url.….insteadOf` that it begins with stands for something else. */
function meant(url: string, settings: readonly ReadonlyMap<string, string>[]): string {
  const shorts = settings.flatMap((one) => [...one].flatMap(([name, short]) => {
    const [, base] = /^url "(.*)"\.insteadof /.exec(name) ?? []
    return base !== undefined && url.startsWith(short) ? [{ base, short }] : []
  }))
  const [longest] = shorts.sort((a, b) => b.short.length - a.short.length)
  return longest === undefined ? url : longest.base + url.slice(longest.short.length)
}

/** One name for what hosts reach by several. */
function sameName(host: string, path: string, web: boolean): string {
  const [, organisation] = /^(.+)\.visualstudio\.com$/.exec(host) ?? []
  const place = organisation === undefined ? (OTHER_HOSTS[host] ?? host) : 'dev.azure.com'
  let name = organisation === undefined ? path : `${organisation}/${path.replace(/^DefaultCollection\//i, '')}`
  if (place === 'dev.azure.com') name = name.replace(/^v3\//, '').replace('/_git/', '/')
  // Bitbucket's own server has it in its web addresses only.
  else if (web) name = name.replace(/^scm\/(?=[^/]+\/[^/]+$)/, '')
  return `${place}/${ANY_CASE.test(place) ? name.toLowerCase() : name}`
}

/** Variables that put other settings before those in the files. */
const OVERRIDES = ['GIT_CONFIG', 'GIT_CONFIG_COUNT', 'GIT_CONFIG_PARAMETERS', 'GIT_DIR']

/**
 * `user.name` as the files say, without running git. Undefined where they do not, or where only git knows: settings that are
 * included from elsewhere, the system's own file, values that go over several lines.
 * @param commonDir Git directory that the trees of the repository share; undefined outside git
 */
export function configuredName(commonDir: string | undefined, env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (OVERRIDES.some((name) => env[name] !== undefined)) return undefined
  // What git lets count most comes first.
  for (const file of [...(commonDir === undefined ? [] : [join(commonDir, 'config')]), ...personalFiles(env)]) {
    const settings = settingsIn(file)
    if ([...settings.keys()].some((name) => /^(include|includeif\b.*|extensions)\.(path|worktreeconfig)$/.test(name))) return undefined
    const name = settings.get('user.name')?.trim()
    if (name !== undefined) return name === '' || name.endsWith('\\') ? undefined : name
  }
  return undefined
}

function personalFiles(env: NodeJS.ProcessEnv): string[] {
  if (env['GIT_CONFIG_GLOBAL'] !== undefined) return [env['GIT_CONFIG_GLOBAL']]
  const home = env['HOME'] ?? homedir()
  return [join(home, '.gitconfig'), join(env['XDG_CONFIG_HOME'] || join(home, '.config'), 'git', 'config')]
}

/** Settings of plain sections (`[core]`), by name in lower case; the last one of a name counts. Includes are not followed. */
function settingsIn(file: string): Map<string, string> {
  const settings = new Map<string, string>()
  let section = ''
  for (const line of (readSmall(file) ?? '').split(/\r?\n/)) {
    const header = /^\s*\[([^\]]*)\]/.exec(line)
    // What stands in quotes means what it says; the rest is the same in upper and lower case.
    if (header) section = (header[1] ?? '').trim().replace(/^[^"]*/, (kind) => kind.toLowerCase())
    const [, name, value] = /^\s*([a-zA-Z][a-zA-Z0-9-]*)\s*(?:=(.*))?$/.exec(header ? line.slice(header[0].length) : line) ?? []
    // A name alone means true.
    if (name === undefined) continue
    const read = value === undefined ? 'true' : valueOf(value)
    // Of this one all count, not the last.
    settings.set(/^insteadof$/i.test(name) ? `${section}.insteadof ${read}` : `${section}.${name.toLowerCase()}`, read)
  }
  return settings
}

/** A value without its comment, quotes and escapes. */
function valueOf(written: string): string {
  let value = ''
  let quoted = false
  for (const [part] of written.trim().matchAll(/\\.|[^]/g)) {
    if (part === '"') quoted = !quoted
    else if (!quoted && (part === '#' || part === ';')) return value.trimEnd()
    else value += part.length > 1 ? part.slice(1) : part
  }
  return value
}

function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^(true|yes|on|1)$/i.test(value)
}

/** Far more than git writes to its small files. */
const SMALL = 1024 * 1024

/** Text of a small regular file, symlinks followed; undefined for anything else: reading a pipe would wait for ever. */
export function readSmall(file: string): string | undefined {
  try {
    const stat = statSync(file)
    return stat.isFile() && stat.size <= SMALL ? readFileSync(file, 'utf8') : undefined
  } catch {
    return undefined
  }
}
