import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { dictionary } from './l10n.js'

interface Page {
  /** A bundle in `dist`. */
  script: string
  title: string
  /** From the body's tag on, without its end. */
  body: string
  /** Whether its script has texts of its own, which it finds in other languages in the page. */
  speaks?: boolean
}

/** A webview's page: its script, which may load nothing more. Styles are adopted by script, which needs no permission. */
export function pageOf(webview: vscode.Webview, dist: vscode.Uri, { script, title, body, speaks = false }: Page): string {
  const nonce = randomBytes(24).toString('base64')
  const spoken = dictionary()
  // Data, which is not run: the policy has nothing against it.
  const texts = speaks && spoken ? `<script type="application/json" id="texts">${JSON.stringify(spoken.texts).replaceAll('<', '\\u003c')}</script>\n` : ''
  return `<!DOCTYPE html>
<html lang="${spoken?.language ?? 'en'}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
</head>
${body}
${texts}<script nonce="${nonce}" src="${webview.asWebviewUri(vscode.Uri.joinPath(dist, script))}"></script>
</body>
</html>`
}
