/** The words of a hook's command line, wherever its options stand. */
export interface HookWords {
  /** As the client names it; '' where it is missing. */
  event: string
  /** Who calls, where the input does not tell. */
  client?: string
  folder?: string
  agent?: string
}

/**
 * Reads `[options] hook [options] <event> [options]`. What nobody knows is left alone: a hook never fails by it.
 * @param needsVerb Whether `hook` has to stand before the event
 * @returns undefined where another word comes first
 */
export function hookWords(args: readonly string[], needsVerb = false): HookWords | undefined {
  const found: HookWords = { event: '' }
  let verb = false
  for (let i = 0; i < args.length; i++) {
    const word = args[i] ?? ''
    const [, name, value] = /^--(client|folder|agent)(?:=(.*))?$/s.exec(word) ?? []
    if (name !== undefined) found[name as 'client' | 'folder' | 'agent'] = value ?? args[++i] ?? ''
    else if (word.startsWith('-') || found.event !== '') continue
    else if (word === 'hook' && !verb) verb = true
    else if (needsVerb && !verb) return undefined
    else found.event = word
  }
  return needsVerb && !verb ? undefined : found
}
