import * as vscode from 'vscode'
import { t } from '../l10n.js'
import { showInformationMessage } from '../say.js'
import { nameOfPath } from '../text.js'
import { claimResource } from './claiming.js'
import { writable, type Command } from './context.js'

/** Locks the function, method or class that the cursor is in, where a language server knows it; the rest of the file stays free. */
export const claimSymbol: Command = async (context) => {
  const muster = await writable(context)
  const editor = vscode.window.activeTextEditor
  if (editor?.document.uri.scheme !== 'file') return void showInformationMessage(t('Open a file and put the cursor into what you want to lock.'))
  const { document, selection } = editor
  const found = await vscode.commands.executeCommand<(vscode.DocumentSymbol | vscode.SymbolInformation)[] | undefined>('vscode.executeDocumentSymbolProvider', document.uri)
  const path = pathTo((found ?? []).filter((symbol) => 'range' in symbol), selection.active)
  if (path.length === 0) return void showInformationMessage(t('No function or class is known at the cursor in {0}. Lock the file instead, or install an extension for its language.', nameOfPath(document.uri.fsPath)))
  await claimResource(muster, `${document.uri.fsPath}#${path.join('.')}`)
}

/** Names of the symbols around a place, the outermost first, down to the last that is worth a lock of its own. */
function pathTo(symbols: readonly Pick<vscode.DocumentSymbol, 'name' | 'kind' | 'range' | 'children'>[], place: vscode.Position): string[] {
  const around = symbols.find((symbol) => symbol.range.contains(place))
  if (around === undefined || !lockable.has(around.kind)) return []
  const name = plainName(around.name)
  return name === '' ? [] : [name, ...pathTo(around.children, place)]
}

/** `handle(request)` is `handle`: some servers add what is no name. */
function plainName(name: string): string {
  return /^[\p{L}\p{N}_$#~@-]+/u.exec(name.trim())?.[0] ?? ''
}

const { SymbolKind } = vscode
const lockable: ReadonlySet<vscode.SymbolKind> = new Set([
  SymbolKind.Module, SymbolKind.Namespace, SymbolKind.Package, SymbolKind.Class, SymbolKind.Method, SymbolKind.Property, SymbolKind.Field, SymbolKind.Constructor, SymbolKind.Enum, SymbolKind.Interface,
  SymbolKind.Function, SymbolKind.Variable, SymbolKind.Constant, SymbolKind.Object, SymbolKind.Struct, SymbolKind.Operator,
])
