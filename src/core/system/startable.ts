import { readFileSync, statSync } from 'node:fs'
import { win32 } from 'node:path'
import { invalid } from '../errors.js'
import { tell } from '../tell.js'

/** What `spawn` is to be called with. */
export interface Startable {
  program: string
  args: readonly string[]
  options: { windowsVerbatimArguments?: true }
}

/** What is asked of the disk. */
export interface Disk {
  isFile(path: string): boolean
  read(path: string): string
}

const ownDisk: Disk = {
  isFile: (path) => statSync(path, { throwIfNoEntry: false })?.isFile() === true,
  read: (path) => readFileSync(path, 'utf8'),
}

/** How a command file of npm hands its arguments over: to a script that Node runs, with options for Node; or to a program. */
const toScript = /^(?=[^]*(?:SET "_prog=node"|\bnode ))[^]*(?:"%_prog%"|\bnode(?:\.exe")?)[ ]+([^"\r\n]*)"(?:%dp0%|%~dp0)\\?([^"%]+)"\s+%\*/i
const toProgram = /^"(?:%dp0%|%~dp0)\\?([^"%]+\.exe)"\s+%\*/im
/** What cmd.exe reads in a word in quotes, and nothing can be put before it that every command file would take off again. */
const UNSAFE = /["%!\r\n]/

/**
 * How a program is started without a shell. On Windows the system starts only `.exe` files by their name, and programs that npm
 * installs are command files: what one hands over to is started instead, with its arguments as they are; any other goes
 * through cmd.exe, which must not find anything of its own in an argument.
 * @throws MusterError INVALID_INPUT for an argument that cmd.exe would read as something else
 */
export function startable([program = '', ...args]: readonly string[], cwd: string, env: NodeJS.ProcessEnv, platform = process.platform, disk = ownDisk): Startable {
  if (platform !== 'win32') return { program, args, options: {} }
  const file = found(program, cwd, env, disk)
  if (!/\.(cmd|bat)$/i.test(file)) return { program: file, args, options: {} }
  const [text, folder] = [disk.read(file), win32.dirname(file)]
  const [, options = '', script] = toScript.exec(text) ?? []
  if (script !== undefined) {
    const node = win32.join(folder, 'node.exe')
    return { program: disk.isFile(node) ? node : 'node', args: [...options.split(' ').filter(Boolean), win32.join(folder, script), ...args], options: {} }
  }
  const other = toProgram.exec(text)?.[1]
  if (other !== undefined) return { program: win32.join(folder, other), args, options: {} }
  const unsafe = [file, ...args].find((word) => UNSAFE.test(word))
  if (unsafe !== undefined) throw invalid(tell`${program} is a command file, and Windows would not hand "${unsafe.slice(0, 40)}" to it as it is written.`, tell`Name the program that it starts, with the arguments it is started with.`)
  // A backslash before the closing quote would take it for a letter.
  const words = [file, ...args].map((word) => `"${word.replace(/\\+$/, '$&$&')}"`)
  return { program: variable(env, 'ComSpec') ?? 'cmd.exe', args: ['/d', '/s', '/v:off', '/c', `"${words.join(' ')}"`], options: { windowsVerbatimArguments: true } }
}

/** The file that a program's name stands for; the name itself where there is none, which the system then says. */
function found(program: string, cwd: string, env: NodeJS.ProcessEnv, disk: Disk): string {
  const extensions = (variable(env, 'PATHEXT') ?? '.COM;.EXE;.BAT;.CMD').split(';').filter((one) => /^\.(com|exe|bat|cmd)$/i.test(one))
  const names = extensions.some((one) => program.toLowerCase().endsWith(one.toLowerCase())) ? [program] : extensions.map((one) => program + one.toLowerCase())
  // A name is never looked for in the directory it is started in: that may be somebody else's.
  const folders = /[\\/]/.test(program) ? [cwd] : (variable(env, 'PATH') ?? '').split(';').filter((one) => win32.isAbsolute(one))
  return folders.flatMap((folder) => names.map((name) => win32.resolve(folder, name))).find((path) => disk.isFile(path)) ?? program
}

/** Names of variables are the same in any case there. */
function variable(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name.toUpperCase())?.[1]
}
