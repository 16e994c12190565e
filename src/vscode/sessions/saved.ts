import type { SavedSession } from '../../core/model/saveOperations.js'

/** As they are offered, the newest first: this window's before others', and behind these what had nothing open, as a window that has just begun. */
export function inOrder(sessions: readonly SavedSession[], me: string): SavedSession[] {
  const rank = ({ window, editors, unsaved, terminals }: SavedSession): number => (window !== '' && window === me ? 0 : 1) + (editors + unsaved + terminals === 0 ? 2 : 0)
  return [...sessions].sort((a, b) => rank(a) - rank(b))
}

/** Last part of an address, for people. */
export function nameOf(uri: string): string {
  const name = /[^/:]*$/.exec(uri)?.[0] || uri
  try {
    return decodeURIComponent(name)
  } catch {
    return name
  }
}
