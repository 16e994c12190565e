import { hostname } from 'node:os'
import type * as vscode from 'vscode'
import { Emitter } from '../core/emitter.js'
import { hasOwnRecords, inDatabase } from '../core/system/databaseFolder.js'

/**
 * Addresses of the databases that hold folders' records: in the editor's secret storage and in memory, and nowhere else. Each
 * belongs to a folder of this machine.
 */
export class DatabaseAddresses implements vscode.Disposable {
  /** What is known by now; '' where nothing is kept. */
  private readonly known = new Map<string, string>()
  private readonly changed: Emitter<string>
  private readonly subscription: { dispose(): unknown }

  constructor(private readonly secrets: Pick<vscode.SecretStorage, 'get' | 'store' | 'delete' | 'onDidChange'>, private readonly report: (error: unknown) => void) {
    this.changed = new Emitter(report)
    // Another window has got to know one.
    this.subscription = secrets.onDidChange(({ key }) => {
      const folder = [...this.known.keys()].find((one) => keyOf(one) === key)
      if (folder !== undefined) void this.read(folder)
    })
  }

  dispose(): void {
    this.subscription.dispose()
    this.changed.dispose()
  }

  /** A folder whose address has become another one. */
  get onDidChange(): Emitter<string>['event'] {
    return this.changed.event
  }

  /** To open a folder with; undefined where its records are in the folder itself, or nobody said where they are. */
  async toOpen(folder: string): Promise<string | undefined> {
    if (hasOwnRecords(folder) && !isInDatabase(folder)) return undefined
    return this.of(folder)
  }

  /** What is kept for a folder. */
  async of(folder: string): Promise<string | undefined> {
    if (!this.known.has(folder)) await this.read(folder, false)
    return this.known.get(folder) || undefined
  }

  /** Of a folder that was opened, for programs that the window starts. */
  now(folder: string): string | undefined {
    return isInDatabase(folder) ? this.known.get(folder) || undefined : undefined
  }

  /** Says where a folder's records are as the environment had it: known until the window is closed, and kept nowhere. */
  give(folder: string, address: string): void {
    this.known.set(folder, address)
  }

  /** Keeps an address for a folder; without one, forgets it. Where the editor cannot keep secrets it is known until the window is closed. */
  async keep(folder: string, address: string | undefined): Promise<void> {
    this.known.set(folder, address ?? '')
    try {
      await (address === undefined ? this.secrets.delete(keyOf(folder)) : this.secrets.store(keyOf(folder), address))
    } catch (error) {
      this.report(error)
    }
  }

  private async read(folder: string, tell = true): Promise<void> {
    const before = this.known.get(folder)
    let found: string | undefined
    try {
      found = await this.secrets.get(keyOf(folder))
    } catch (error) {
      // Asked again the next time: a keyring may be locked for now.
      return this.report(error)
    }
    this.known.set(folder, found ?? '')
    if (tell && (found ?? '') !== before) this.changed.fire(folder)
  }
}

/** Windows on several machines may share one secret storage. */
function keyOf(folder: string): string {
  return ['ledger', hostname(), folder].join(' ')
}

export function isInDatabase(folder: string): boolean {
  try {
    return folder !== '' && inDatabase(folder) !== undefined
  } catch {
    return false
  }
}

/**
 * A window started from another one's terminal has that window's variables: where its records are says nothing of this one's, nor
 * of other repositories of the workspace. @returns the address of one of several, which counts for that one only
 */
export function forgetOthersAddress(folders: readonly string[], env: NodeJS.ProcessEnv = process.env): { folder: string; address: string } | undefined {
  const { MUSTER_WINDOW: window, MUSTER_FOLDER: folder = '', MUSTER_LEDGER: address } = env
  const isOfOne = folders.includes(folder)
  if (window === undefined || address === undefined || (isOfOne && folders.length === 1)) return undefined
  delete env['MUSTER_LEDGER']
  return isOfOne ? { folder, address } : undefined
}
