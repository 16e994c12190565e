import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'
import { dictionary, t } from '../l10n.js'

/** The page: nothing in it but the script of the bundle, which may load nothing more. Styles are adopted by script, which needs no permission. */
export function pageOf(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(24).toString('base64')
  const spoken = dictionary()
  // Data, which is not run: the policy has nothing against it.
  const texts = spoken ? `<script type="application/json" id="texts">${JSON.stringify(spoken.texts).replaceAll('<', '\\u003c')}</script>\n` : ''
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'dashboard.js'))
  return `<!DOCTYPE html>
<html lang="${spoken?.language ?? 'en'}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${t('Muster Dashboard')}</title>
</head>
<body>
<muster-dashboard></muster-dashboard>
${texts}<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`
}
