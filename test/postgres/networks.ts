import { execFileSync, spawnSync } from 'node:child_process'

/** A machine of its own, as far as the network goes. */
export interface Machine {
  readonly name: string
  /** The way out of it, which can be cut: address of what stands for everybody else, and its own. */
  readonly host: string
  readonly own: string
  /** A second way in, which is not cut: as somebody sits in front of it. */
  readonly screen?: { readonly host: string; readonly own: string }
}

const id = process.pid.toString(36)

/** @param number 0 to 9; no two of a test run may be the same */
export function machineOf(number: number, withScreen = false): Machine {
  const net = `10.213.${70 + number}`
  const screen = `10.214.${70 + number}`
  return { name: `mu${id}${number}`, host: `${net}.1`, own: `${net}.2`, ...(withScreen && { screen: { host: `${screen}.1`, own: `${screen}.2` } }) }
}

/** Whether this system lets us: root on Linux may make networks. */
export function mayMakeNetworks(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false
  const made = spawnSync('ip', ['netns', 'add', `mu${id}try`], { stdio: 'ignore' }).status === 0
  if (made) ip('netns', 'del', `mu${id}try`)
  return made
}

export function connect({ name, host, own, screen }: Machine): void {
  ip('netns', 'add', name)
  ip('-n', name, 'link', 'set', 'lo', 'up')
  lay(name, `${name}u`, 'uplink', host, own)
  if (screen !== undefined) lay(name, `${name}s`, 'screen', screen.host, screen.own)
}

function lay(name: string, here: string, there: string, host: string, own: string): void {
  ip('link', 'add', here, 'type', 'veth', 'peer', 'name', there, 'netns', name)
  ip('addr', 'add', `${host}/24`, 'dev', here)
  ip('link', 'set', here, 'up')
  ip('-n', name, 'addr', 'add', `${own}/24`, 'dev', there)
  ip('-n', name, 'link', 'set', there, 'up')
}

/** Takes the cable out, or puts it in again: nobody is told, packets get lost. */
export function cable({ name }: Machine, state: 'up' | 'down'): void {
  ip('-n', name, 'link', 'set', 'uplink', state)
}

/** What runs a program in there, to be put before it. */
export function inside({ name }: Machine): readonly [string, ...string[]] {
  return ['ip', 'netns', 'exec', name]
}

export function disconnect({ name }: Machine): void {
  spawnSync('ip', ['netns', 'del', name], { stdio: 'ignore' })
}

function ip(...args: string[]): void {
  execFileSync('ip', args, { stdio: ['ignore', 'ignore', 'pipe'] })
}
