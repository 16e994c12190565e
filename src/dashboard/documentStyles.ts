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
  /* What others wrote: all of it stands right of a line, so that none of it is taken for the page's own. */
  .said { position: relative; border-left: 3px solid var(--line); padding-left: 14px; margin: 12px 0; white-space: pre-line; min-height: 24px }
  .said > :first-child > :first-child { margin-top: 0 }
  .said > :first-child > :last-child { margin-bottom: 0 }
  .said h3, .said h4, .said h5 { margin: 16px 0 6px; font-size: 1.05em }
  .said blockquote { margin: 8px 0; padding-left: 12px; border-left: 2px solid var(--line); color: var(--vscode-descriptionForeground) }
  .said thead { display: table-header-group }
  .said th, .said td { border: 1px solid var(--line); padding: 3px 10px; text-align: left; white-space: pre-line }
  .said td:first-child { color: inherit; white-space: pre-line }
  .said .address { color: var(--vscode-descriptionForeground) }
  .said .written { margin: 0; white-space: pre-wrap; font-family: inherit; background: none; padding: 0 }
  .said > button { position: absolute; top: 0; right: 0; padding: 0 6px; font-size: 0.85em; opacity: 0; color: var(--vscode-button-secondaryForeground); background: var(--vscode-button-secondaryBackground) }
  .said:hover > button, .said > button:focus-visible { opacity: 1 }
  code { font-family: var(--vscode-editor-font-family, monospace); font-size: 0.95em }
  :not(pre) > code { background: var(--vscode-textCodeBlock-background); padding: 1px 4px; border-radius: 3px }
  pre { background: var(--vscode-textCodeBlock-background); padding: 8px 12px; border-radius: 3px; overflow-x: auto; white-space: pre; overflow-wrap: normal }
  small { font-size: 0.92em; color: var(--vscode-descriptionForeground) }
  li:has(> label > input), li:has(> p > label > input) { list-style: none; margin-left: -20px }
  input[type=checkbox] { width: 16px; height: 16px; margin: 0 6px 0 0; vertical-align: -3px; accent-color: var(--vscode-button-background) }
`
