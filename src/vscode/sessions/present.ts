import { existsSync } from 'node:fs'
import * as vscode from 'vscode'
import type { Save } from '../../core/model/save.js'
import { bytesOf, type OpenState } from './openState.js'
import type { Present, PresentText } from './restorePlan.js'
import { sumOf } from './textBases.js'

/** What the window has, as far as the save speaks of it. */
export async function presentFor(save: Save, open: OpenState): Promise<Present> {
  const texts = new Map<string, PresentText>()
  for (const document of vscode.workspace.textDocuments) {
    if (document.uri.scheme === 'untitled') texts.set(document.uri.toString(), { text: document.getText(), dirty: document.isDirty })
  }
  for (const { uri } of save.content?.unsaved ?? []) {
    const parsed = vscode.Uri.parse(uri)
    if (parsed.scheme !== 'file') continue
    const document = vscode.workspace.textDocuments.find((one) => one.uri.toString() === uri)
    const bytes = await bytesOf(parsed)
    texts.set(uri, { dirty: document?.isDirty === true, ...(document && { text: document.getText() }), ...(bytes && { disk: sumOf(bytes) }) })
  }
  return { groups: open.groups(), terminals: open.terminals(), texts, exists: (uri) => existsSync(vscode.Uri.parse(uri).fsPath), trusted: vscode.workspace.isTrusted }
}
