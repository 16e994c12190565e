import * as vscode from 'vscode'

/** What the active editor has open, as text or as a notebook: a notebook's cells are text of their own, and no files. */
export function activeDocument(): vscode.TextDocument | vscode.NotebookDocument | undefined {
  return vscode.window.activeNotebookEditor?.notebook ?? vscode.window.activeTextEditor?.document
}

/** Where that is; also of what is neither, as images are. */
export function activeUri(): vscode.Uri | undefined {
  return activeDocument()?.uri ?? customTab()
}

function customTab(): vscode.Uri | undefined {
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input
  return input instanceof vscode.TabInputCustom || input instanceof vscode.TabInputNotebook ? input.uri : undefined
}
