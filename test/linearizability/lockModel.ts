import type { Model } from './checker.js'

/** What is done to one resource. `died`: the process of an agent was killed; as an operation, since it takes time too. */
export type LockInput = { resource: string } & (
  | { act: 'claim' | 'takeOver' | 'look'; agent: string }
  | { act: 'release' | 'checkIn'; agent: string; token: number }
  | { act: 'died'; agent: string }
)

/**
 * `token`: granted, or still held under it. `holder`: refused because of it (`''`: not held at all). A look answers with
 * both, or with `holder: ''`. Release and death answer `done`.
 */
export type LockOutput = { token: number; holder?: string } | { holder: string } | { done: true }

interface Lock {
  holder: string
  /** Undefined after a grant nobody heard of. */
  token: number | undefined
  /** Every later grant has a higher one. */
  highest: number
  /** The holder's process is dead: others may take over. */
  gone: boolean
}

/** One resource, claimed by one agent at a time under tokens that rise; taken over from the dead only. */
export const lockModel: Model<Lock, LockInput, LockOutput> = {
  initial: { holder: '', token: undefined, highest: 0, gone: false },
  key: ({ holder, token, highest, gone }) => `${holder} ${token} ${highest} ${gone}`,
  step(lock, input, output) {
    switch (input.act) {
      case 'claim':
      case 'takeOver':
        return claim(lock, input.agent, input.act === 'takeOver', output)
      case 'checkIn':
        return held(lock, input.agent, input.token, output) ? lock : undefined
      case 'release': {
        if (!held(lock, input.agent, input.token, output)) return undefined
        return output === undefined ? freed(lock, lock.holder === input.agent && fits(lock, input.token)) : freed(lock, 'done' in output)
      }
      case 'look':
        return looksSo(lock, output)
      case 'died':
        return lock.holder === input.agent ? { ...lock, gone: true } : lock
    }
  },
}

function claim(lock: Lock, agent: string, takeOver: boolean, output: LockOutput | undefined): Lock | undefined {
  const mine = lock.holder === agent
  const free = lock.holder === '' || (takeOver && lock.gone)
  if (output === undefined) return free && !mine ? { holder: agent, token: undefined, highest: lock.highest, gone: false } : lock
  if (!('token' in output)) return !mine && 'holder' in output && output.holder === lock.holder && !free ? lock : undefined
  if (mine) return fits(lock, output.token) ? known(lock, output.token) : undefined
  return free && output.token > lock.highest ? { holder: agent, token: output.token, highest: output.token, gone: false } : undefined
}

/** Whether an answer to somebody who acts under a token is right. */
function held(lock: Lock, agent: string, token: number, output: LockOutput | undefined): boolean {
  if (output === undefined) return true
  const holds = lock.holder === agent && fits(lock, token)
  if ('done' in output || 'token' in output) return holds
  return !(lock.holder === agent && lock.token === token) && (output.holder === '' ? lock.holder === '' || lock.holder === agent : output.holder === lock.holder)
}

function looksSo(lock: Lock, output: LockOutput | undefined): Lock | undefined {
  if (output === undefined) return lock
  if ('token' in output) return output.holder === lock.holder && fits(lock, output.token) ? known(lock, output.token) : undefined
  return 'holder' in output && output.holder === '' && lock.holder === '' ? lock : undefined
}

function fits(lock: Lock, token: number): boolean {
  return lock.token === undefined ? token > lock.highest : lock.token === token
}

function known(lock: Lock, token: number): Lock {
  return { ...lock, token, highest: token }
}

function freed(lock: Lock, done: boolean): Lock {
  return done ? { ...lock, holder: '', token: undefined, gone: false } : lock
}
