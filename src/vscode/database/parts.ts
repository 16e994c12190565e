import type * as vscode from 'vscode'
import type { plural, t } from '../l10n.js'
import type { translated } from '../translated.js'

/** What the dialogues about databases work with: given, since they are a file of their own that the editor's bundles do not share. */
export interface DatabaseParts {
  editor: typeof vscode
  t: typeof t
  plural: typeof plural
  translated: typeof translated
  /** The `.muster` folder, and the workspace folder. */
  folder: string
  root: string
  /** The address that is known. */
  known: string | undefined
  /** Keeps an address as a secret, or forgets it. */
  keep(address: string | undefined): Promise<void>
  /** Opens the records anew, wherever they are now; `begin`: also where there are none yet. @returns what keeps the window from taking part */
  open(begin: boolean): Promise<string | undefined>
  /** Says what was done. */
  done(text: string): void
}
