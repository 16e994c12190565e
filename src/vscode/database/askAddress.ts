import type * as vscode from 'vscode'
import type { PostgresAddress } from '../../core/ledger/postgres/address.js'
import { spaceOf } from '../../core/database.js'
import { isMusterError } from '../../core/errors.js'
import { treeOf } from '../../core/system/locate.js'
import { inDatabase } from '../../core/system/databaseFolder.js'
import type { DatabaseParts } from './parts.js'

type Parse = (text: string) => PostgresAddress

/** Asks for the address of a database, and for what is missing in it. @param value what was there @throws CancellationError */
export async function askAddress(parts: DatabaseParts, value: string): Promise<string> {
  const { parseAddress } = await import('../../core/ledger/postgres/openPostgresLedger.js')
  const text = await askText(parts, value, parseAddress)
  return withSpace(parts, await withPassword(parts, text, parseAddress(text)), parseAddress(text))
}

/** Hidden while it is typed, since the password is in it; what was understood shows beneath. */
function askText({ editor, t, translated }: DatabaseParts, value: string, parse: Parse): Promise<string> {
  const box = editor.window.createInputBox()
  const show = (): vscode.QuickInputButton => ({ iconPath: new editor.ThemeIcon(box.password ? 'eye' : 'eye-closed'), tooltip: box.password ? t('Show the address') : t('Hide the address') })
  box.title = t('Use PostgreSQL')
  box.prompt = t('Address of the database. It is kept with the editor\'s secrets and nowhere else.')
  box.placeholder = 'postgres://user:password@host:5432/database'
  box.password = true
  box.ignoreFocusOut = true
  box.value = value
  box.buttons = [show()]
  const check = (): boolean => {
    const found = box.value.trim() === '' ? undefined : understood(box.value, parse, translated)
    const wrong = typeof found === 'string'
    box.validationMessage = found === undefined ? undefined : wrong ? { message: found, severity: editor.InputBoxValidationSeverity.Error } : { message: described(found), severity: editor.InputBoxValidationSeverity.Info }
    return found !== undefined && !wrong
  }
  const described = ({ user, database, servers, tls }: PostgresAddress): string =>
    t('{database} on {host}, as {user}; {tls}', { database, user, host: servers.map(({ host, port }) => (port === 5432 ? host : `${host}:${port}`)).join(', '), tls: tls === false ? t('not encrypted') : t('encrypted') })
  return new Promise((resolve, reject) => {
    box.onDidChangeValue(check)
    box.onDidTriggerButton(() => {
      box.password = !box.password
      box.buttons = [show()]
    })
    box.onDidAccept(() => {
      if (!check()) return
      resolve(box.value.trim())
      box.hide()
    })
    box.onDidHide(() => {
      reject(new editor.CancellationError())
      box.dispose()
    })
    check()
    box.show()
  })
}

/** What an address says, or what is wrong with it. */
function understood(text: string, parse: Parse, translated: DatabaseParts['translated']): PostgresAddress | string {
  try {
    return parse(text)
  } catch (error) {
    return isMusterError(error) ? `${translated(error.message)} ${translated(error.hint ?? '')}`.trim() : String(error)
  }
}

async function withPassword({ editor, t }: DatabaseParts, text: string, { password, user, servers }: PostgresAddress): Promise<string> {
  if (password !== '' || servers.every(({ host }) => host.startsWith('/'))) return text
  const given = await editor.window.showInputBox({ title: t('Use PostgreSQL'), prompt: t('Password of {0}. Leave it empty where none is needed.', user), password: true, ignoreFocusOut: true })
  if (given === undefined) throw new editor.CancellationError()
  if (given === '') return text
  return text.replace(/^(postgres(?:ql)?:\/\/)(?:([^/?#]*)@)?/, (_all, scheme: string, who?: string) => `${scheme}${(who ?? '').split(':', 1)[0] || encodeURIComponent(user)}:${encodeURIComponent(given)}@`)
}

/** Where neither the address nor the repository says which team it is. */
async function withSpace({ editor, t, folder, root }: DatabaseParts, text: string, { space }: PostgresAddress): Promise<string> {
  if ((space ?? spaceFor(folder, root)) !== undefined) return text
  const given = await editor.window.showInputBox({
    title: t('Use PostgreSQL'),
    prompt: t('A name for this project: everybody who works on it gives the same one. (A repository that is fetched from somewhere has one by itself.)'),
    ignoreFocusOut: true,
    validateInput: (name) => (name.trim() === '' || name.length > 200 ? t('1 to 200 letters.') : undefined),
  })
  if (given === undefined) throw new editor.CancellationError()
  return `${text}${text.includes('?') ? '&' : '?'}space=${encodeURIComponent(given.trim())}`
}

export function spaceFor(folder: string, root: string): string | undefined {
  return spaceOf(inDatabase(folder), treeOf(root)?.commonDir)
}
