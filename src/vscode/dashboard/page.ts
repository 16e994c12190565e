import { randomBytes } from 'node:crypto'
import * as vscode from 'vscode'

/** The page: nothing in it but the script of the bundle, which may load nothing more. Styles are adopted by script, which needs no permission. */
export function pageOf(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(24).toString('base64')
  const script = webview.asWebviewUri(vscode.Uri.joinPath(dist, 'dashboard.js'))
  // eslint-disable-next-line muster/texts -- nothing of it is shown but what the script puts there
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; script-src 'nonce-${nonce}'">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Muster Dashboard</title>
</head>
<body>
<muster-dashboard></muster-dashboard>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`
}
