import { isAbsolute } from 'node:path'
import type * as vscode from 'vscode'
import { isMusterError } from '../../core/errors.js'
import type { ClaimOptions } from '../../core/model/operations.js'
import { resourceLabel, type Resource } from '../../core/model/resource.js'
import { exactNames } from '../../core/names.js'
import { isOverBroad } from '../../core/rules/obstacle.js'
import { lookAt, treeAround } from '../../core/system/locate.js'
import { resolveResource } from '../../core/system/resolve.js'
import { asWritten } from '../asWritten.js'
import type { ask } from '../commands/context.js'
import type { t } from '../l10n.js'
import type { showQuickPick, showWarningMessage } from '../say.js'

/** What the dialogue works with: given, since it is a file of its own that the editor's bundles do not share. */
export interface LockingParts {
  editor: typeof vscode
  t: typeof t
  ask: typeof ask
  choose: typeof showQuickPick
  warn: typeof showWarningMessage
  /** The workspace folder: what is typed starts from there. */
  root: string
  /** Locks it, or says who has it and what can be done. */
  claim(resource: string, options: ClaimOptions): Promise<void>
}

type Words = LockingParts['t']

/** Asks for a folder, a pattern, a name or a port, and locks it; Enter twice is enough. */
export async function lockOther({ editor, t, ask, choose, warn, root, claim }: LockingParts): Promise<void> {
  const title = t('Lock Something Else')
  const text = await ask(title, t('A folder, a pattern of files, a port, or a name for anything else'), {
    placeHolder: t('src/api/, src/**/*.css, port:3000 or name:staging-db'),
    check: (typed) => {
      const found = lockable(typed, root, t)
      return 'problem' in found ? found.problem : { message: asWritten(found.meaning), severity: editor.InputBoxValidationSeverity.Info }
    },
  })
  const found = lockable(text, root, t)
  if ('problem' in found) throw new editor.CancellationError()
  const { address, resource } = found
  const label = resourceLabel(resource)
  const force = isOverBroad(resource)
  if (force) given(await warn(t('Lock {0}?', label), { modal: true, detail: t('It covers nearly everything: nobody else could lock a file here.') }, t('Lock It Anyway')))
  await claim(address, { ...(force && { force }), ...(await details(label)) })

  async function details(name: string): Promise<ClaimOptions> {
    const [note, estimate, shared] = [
      { label: t('With a note'), detail: t('Others see what you need it for.') },
      { label: t('With an estimate'), detail: t('Others see when you will be done with it.') },
      { label: t('Shared'), detail: t('Others may lock it as well, where they share it too.') },
    ]
    const heading = t('Lock {0}', name)
    const picked = given(await choose([note, estimate, shared], { title: heading, placeHolder: t('Enter locks it. Tick what you want to say about it.'), canPickMany: true, ignoreFocusOut: true }))
    const said = picked.includes(note!) ? await ask(heading, t('What do you need it for?')) : undefined
    const minutes = picked.includes(estimate!) ? await ask(heading, t('For how many minutes will you need it?'), { check: (typed) => minutesProblem(typed, t) }) : undefined
    return { ...(said !== undefined && { note: said }), ...(minutes !== undefined && { estimatedMinutes: Number(minutes) }), ...(picked.includes(shared!) && { mode: 'shared' }) }
  }

  function given<T>(answer: T | undefined): T {
    if (answer === undefined) throw new editor.CancellationError()
    return answer
  }
}

export type Lockable = { problem: string } | { address: string; resource: Resource; meaning: string }

/** What a text as it was typed would lock, in words; or why nothing. */
export function lockable(typed: string, root: string, t: Words): Lockable {
  const text = typed.trim()
  if (text === '') return { problem: t('This cannot be empty.') }
  // Not joined as text: `link/..` is above where the link leads.
  const address = /^(name|port):/.test(text) || isAbsolute(text) ? text : `${root}/${text}`
  try {
    const resource = resolveResource(address, { tree: treeAround(root), base: root, names: exactNames })
    return { address, resource, meaning: meaningOf(resource, lookAt(address) !== undefined, t) }
  } catch (error) {
    if (!isMusterError(error)) throw error
    if (error.code === 'OUTSIDE_ROOT') return { problem: t('Only what is in this repository can be locked as a file or folder. For anything else use a name, as name:staging-db.') }
    if (text.startsWith('port:')) return { problem: t('A port is a number from 1 to 65535, as port:3000.') }
    return { problem: text.startsWith('name:') ? t('A name has at most 200 characters, as name:staging-db.') : asWritten(error.message) }
  }
}

function meaningOf(resource: Resource, exists: boolean, t: Words): string {
  const label = resourceLabel(resource)
  switch (resource.kind) {
    case 'name':
      return label.startsWith('port:') ? t('Port {0}, for all working trees', label.slice('port:'.length)) : t('The name {0}: whatever your team means by it, for all working trees', label.slice('name:'.length))
    case 'folder':
      return t('Everything in the folder {0}', label)
    case 'glob':
      return t('All files that match {0}, also those that are yet to come', label)
    case 'symbol':
      return t('Only {0} in {1}', resource.symbol, resource.path)
    case 'file':
      return exists ? t('The file {0}', label) : t('{0}, which is not there yet: a file, or a folder with everything in it', label)
  }
}

/** What is wrong with a number of minutes as it was typed. */
function minutesProblem(text: string, t: Words): string | undefined {
  const minutes = Number(text)
  return text.trim() !== '' && minutes > 0 && minutes <= 10_000 ? undefined : t('A number of minutes, at most 10,000.')
}
