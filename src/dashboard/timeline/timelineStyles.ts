import { css } from 'lit'

export const timelineStyles = css`
  :host { display: block; --line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border, transparent))) }
  * { box-sizing: border-box }
  h3, ul { margin: 0; padding: 0; font-size: 1em }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px }
  .dim { color: var(--vscode-descriptionForeground); font-size: 0.92em }
  .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
  .tools { display: flex; flex-wrap: wrap; align-items: center; justify-content: flex-end; gap: 2px 4px; margin-bottom: 6px }
  .agent { margin-inline-end: 6px; font-size: 0.92em; color: var(--vscode-descriptionForeground) }
  select { font: inherit; font-size: 12px; max-width: 140px; height: 24px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, var(--line)); border-radius: 2px }
  .tool { font: inherit; display: inline-flex; align-items: center; justify-content: center; min-width: 26px; height: 26px; padding: 0 4px; color: var(--vscode-icon-foreground, var(--vscode-foreground)); background: transparent; border: 1px solid transparent; border-radius: 4px; cursor: pointer }
  .tool.wide { padding: 0 8px; color: var(--vscode-button-secondaryForeground, var(--vscode-foreground)); background: var(--vscode-button-secondaryBackground, transparent); border-color: var(--line); font-size: 12px; height: 22px }
  .tool:hover { background: var(--vscode-toolbar-hoverBackground, var(--vscode-list-hoverBackground)) }
  .tool[aria-pressed='true'] { background: var(--vscode-inputOption-activeBackground); color: var(--vscode-inputOption-activeForeground); border-color: var(--vscode-inputOption-activeBorder, transparent) }
  .icon { width: 16px; height: 16px }
  .frame { position: relative }
  .scroll { position: relative; overflow-y: auto; overflow-x: hidden; cursor: grab; touch-action: pan-y; border-block: 1px solid var(--line) }
  .scroll.over { cursor: pointer }
  canvas { position: sticky; top: 0; left: 0; display: block; height: 0 }
  .space { position: absolute; top: 0; left: 0; width: 1px; pointer-events: none }
  .tip { position: absolute; z-index: 2; max-width: min(420px, 90%); padding: 4px 8px; pointer-events: none; overflow-wrap: anywhere; color: var(--vscode-editorHoverWidget-foreground); background: var(--vscode-editorHoverWidget-background); border: 1px solid var(--vscode-editorHoverWidget-border, var(--line)); border-radius: 3px }
  .tip[hidden] { display: none }
  .legend { list-style: none; display: flex; flex-wrap: wrap; gap: 2px 14px; margin-top: 6px; font-size: 0.88em; color: var(--vscode-descriptionForeground) }
  .legend li { display: flex; align-items: center; gap: 4px }
  .legend svg { width: 12px; height: 12px; stroke-width: 2; fill: none }
  .legend .hint { margin-inline-start: auto }
  .bar { fill: var(--vscode-charts-blue) }
  .ended { fill: var(--vscode-charts-lines, var(--vscode-descriptionForeground)) }
  :host-context(.vscode-high-contrast) :is(.bar, .ended) { stroke: var(--vscode-contrastBorder); stroke-width: 1 }
  :host-context(.vscode-high-contrast) .ended { fill: none }
  .stale { stroke: var(--vscode-problemsWarningIcon-foreground) }
  .check { stroke: var(--vscode-foreground) }
  .message { fill: var(--vscode-charts-purple) }
  .decision { fill: var(--vscode-charts-yellow) }
  .task { fill: var(--vscode-charts-green) }
  .error-mark { fill: var(--vscode-problemsErrorIcon-foreground) }
  .conflict { stroke: var(--vscode-problemsErrorIcon-foreground) }
  .lane { margin-top: 10px; border-top: 1px solid var(--line); padding-top: 8px }
  .lane-head { display: flex; flex-wrap: wrap; align-items: center; gap: 4px 12px; margin-bottom: 4px }
  .lane-head .tool { margin-inline-start: auto }
  .table { max-height: 260px; overflow: auto }
  table { border-collapse: collapse; width: 100%; font-size: 0.95em }
  th { text-align: start; font-weight: 600; color: var(--vscode-descriptionForeground) }
  th, td { padding: 3px 12px 3px 0; vertical-align: top; border-bottom: 1px solid var(--vscode-widget-border, transparent) }
  td:nth-child(1) { white-space: nowrap; font-variant-numeric: tabular-nums }
  td:nth-child(3) { width: 99%; overflow-wrap: anywhere }
  .link { all: unset; cursor: pointer }
  .link:hover { text-decoration: underline }
  .link:focus-visible { outline: 1px solid var(--vscode-focusBorder) }
  @media (min-width: 620px) { .tools { margin-top: -33px } }
  @media (max-width: 480px) { .agent { flex: 1 1 100%; display: flex; align-items: center; gap: 6px; margin: 0 } .agent select { flex: 1; min-width: 0; max-width: none } td:nth-child(1) { white-space: normal } .legend .hint { display: none } }
`
