/** Colours and type are the theme's; the text is as wide as reads well. */
export const documentStyles = String.raw`
  :root { --line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border, transparent))) }
  html, body { background: var(--vscode-editor-background); color: var(--vscode-editor-foreground, var(--vscode-foreground)) }
  body { box-sizing: border-box; max-width: 860px; margin: 0; padding: 18px 28px 40px; font-family: var(--vscode-font-family); font-size: var(--vscode-font-size, 13px); line-height: 1.55; overflow-wrap: anywhere }
  header { display: flex; flex-wrap: wrap; gap: 8px; margin-bottom: 6px }
  header[hidden] { display: none }
  button { font: inherit; line-height: 1.4; padding: 4px 12px; cursor: pointer; border-radius: 2px; border: 1px solid var(--vscode-button-border, transparent); color: var(--vscode-button-foreground); background: var(--vscode-button-background); max-width: 100%; overflow: hidden; text-overflow: ellipsis; white-space: nowrap }
  button:hover { background: var(--vscode-button-hoverBackground) }
  button.secondary { color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground) }
  button.secondary:hover { background: var(--vscode-button-secondaryHoverBackground) }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 2px }
  h1 { font-size: 1.6em; font-weight: 600; line-height: 1.3; margin: 10px 0 12px }
  h2, h3 { font-size: 1.1em; font-weight: 600; margin: 22px 0 6px }
  p { margin: 8px 0 }
  a { color: var(--vscode-textLink-foreground); text-decoration: underline; cursor: pointer }
  a:hover { color: var(--vscode-textLink-activeForeground) }
  hr { border: 0; border-top: 1px solid var(--line); margin: 22px 0 }
  table { border-collapse: collapse; margin: 0 0 12px }
  thead { display: none }
  td { padding: 2px 20px 2px 0; vertical-align: top }
  td:first-child { color: var(--vscode-descriptionForeground); white-space: nowrap }
  ul { margin: 6px 0; padding-left: 20px }
  li { margin: 3px 0 }
  small { font-size: 0.92em; color: var(--vscode-descriptionForeground) }
  li:has(> label > input), li:has(> p > label > input) { list-style: none; margin-left: -20px }
  input[type=checkbox] { width: 16px; height: 16px; margin: 0 6px 0 0; vertical-align: -3px; accent-color: var(--vscode-button-background) }
`
