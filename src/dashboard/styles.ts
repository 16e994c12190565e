import { css } from 'lit'

/** Of the page itself: the editor's own lets what lies behind it show. */
export const pageStyles = css`html, body { background: var(--vscode-editor-background) } body { padding: 0 }`

/** Colours are the theme's, none of our own; borders show where a theme with high contrast wants them. */
export const styles = css`
  :host { display: block; box-sizing: border-box; padding: 12px 20px 32px; color: var(--vscode-foreground); font-family: var(--vscode-font-family); font-size: var(--vscode-font-size, 13px); line-height: 1.45; max-width: 2000px; margin: 0 auto; --line: var(--vscode-contrastBorder, var(--vscode-panel-border, var(--vscode-widget-border, transparent))) }
  * { box-sizing: border-box }
  h1, h2, p, ul { margin: 0; padding: 0 }
  h1 { font-size: 1.5em; font-weight: 600 }
  h2 { font-size: 1.08em; font-weight: 600; display: flex; align-items: center; gap: 8px; outline-offset: 3px }
  .icon { width: 16px; height: 16px; flex: none }
  .good { color: var(--vscode-charts-green) }
  .info { color: var(--vscode-charts-blue) }
  .warn { color: var(--vscode-problemsWarningIcon-foreground, var(--vscode-charts-yellow)) }
  .error { color: var(--vscode-problemsErrorIcon-foreground, var(--vscode-charts-red)) }
  .dim { color: var(--vscode-descriptionForeground) }
  .spoken { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap }
  :focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: 1px }

  .top { display: flex; flex-wrap: wrap; align-items: center; gap: 8px 16px; margin-bottom: 12px }
  .top .grow { flex: 1 1 220px; min-width: 0 }
  .verdict { display: flex; align-items: flex-start; gap: 6px; margin-top: 2px }
  .verdict .icon { margin-top: 1px }
  .top .buttons { display: flex; flex-wrap: wrap; gap: 6px }
  .notice { display: flex; gap: 8px; align-items: flex-start; flex-wrap: wrap; padding: 8px 12px; margin-bottom: 12px; border: 1px solid var(--vscode-inputValidation-warningBorder, var(--line)); background: var(--vscode-inputValidation-warningBackground, transparent); color: var(--vscode-inputValidation-warningForeground, var(--vscode-foreground)); border-radius: 3px }
  .notice p { flex: 1 1 200px; min-width: 0; overflow-wrap: anywhere }

  .tiles { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(0, 1fr); gap: 10px; margin-bottom: 16px; list-style: none; padding: 0 }
  .tile { display: flex; flex-direction: column; justify-content: flex-start; width: 100%; height: 100%; text-align: start; font: inherit; color: inherit; cursor: pointer; padding: 10px 12px; border-radius: 4px; border: 1px solid var(--line); background: var(--vscode-editorWidget-background, transparent) }
  .tile:hover { background: var(--vscode-list-hoverBackground) }
  .tile .value { display: flex; align-items: center; gap: 8px; font-size: 1.7em; font-weight: 600; line-height: 1.2; white-space: nowrap; font-variant-numeric: tabular-nums }
  .tile .value .icon { width: 18px; height: 18px }
  .tile .label { display: block }
  .tile .detail { display: block }

  .cards { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(400px, 100%), 1fr)); align-items: start; gap: 14px }
  .timeline { margin-bottom: 14px }
  .card { min-width: 0; border: 1px solid var(--line); border-radius: 4px; background: var(--vscode-editorWidget-background, transparent); padding: 10px 12px }
  .card > header { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: 6px 12px; margin-bottom: 6px }
  .card ul { list-style: none; max-height: 440px; overflow-y: auto; margin: 0 -12px; padding: 0 12px }
  @keyframes more { 0%, 99% { mask-image: linear-gradient(#000 calc(100% - 28px), transparent) } 100% { mask-image: none } }
  .card li { display: flex; gap: 8px; align-items: flex-start; padding: 6px 0; border-top: 1px solid var(--vscode-widget-border, transparent) }
  .card li:first-child { border-top: 0 }
  .card li > .icon { margin-top: 2px }
  .what { flex: 1 1 0; min-width: 0 }
  .title { overflow-wrap: anywhere }
  .link, .title > span { all: unset; overflow: hidden; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2 }
  .link { cursor: pointer }
  .link:hover { text-decoration: underline; color: var(--vscode-textLink-activeForeground) }
  .link:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px }
  .detail > span { display: inline-block; max-width: 100% }
  .detail, .none { color: var(--vscode-descriptionForeground); font-size: 0.92em; overflow-wrap: anywhere }
  .text { font-size: 0.92em; overflow: hidden; text-overflow: ellipsis; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow-wrap: anywhere }
  .none { padding: 6px 0 }
  .card li .buttons { display: flex; flex-wrap: wrap; justify-content: flex-end; gap: 4px; flex: none; max-width: 45% }
  vscode-progress-bar { margin-top: 5px; height: 4px; border-radius: 2px; background: color-mix(in srgb, var(--vscode-foreground) 18%, transparent); overflow: hidden }
  .overall { flex: 0 1 160px; min-width: 80px }
  .more { margin-top: 8px }
  vscode-button[secondary] { --vscode-button-border: var(--line) }
  li vscode-button::part(base) { font-size: 12px; line-height: 18px; padding: 0 9px }
  .filters { flex: 1 1 100%; display: grid; grid-template-columns: repeat(auto-fit, minmax(74px, 1fr)); gap: 6px; padding-bottom: 4px }
  .filters label { display: flex; flex-direction: column; font-size: 0.85em; gap: 1px; color: var(--vscode-descriptionForeground) }
  .filters select { font: inherit; font-size: 12px; width: 100%; min-width: 0; height: 24px; color: var(--vscode-dropdown-foreground); background: var(--vscode-dropdown-background); border: 1px solid var(--vscode-dropdown-border, var(--line)); border-radius: 2px }
  .filters select:focus-visible { outline: 1px solid var(--vscode-focusBorder); outline-offset: -1px }
  .past { position: sticky; top: 0; z-index: 3; align-items: center; background: var(--vscode-inputValidation-infoBackground, var(--vscode-editor-background)); border-color: var(--vscode-inputValidation-infoBorder, var(--line)); color: var(--vscode-inputValidation-infoForeground, var(--vscode-foreground)) }
  .scrubber { display: flex; flex-wrap: wrap; align-items: center; gap: 8px; margin-top: 10px; padding-top: 8px; border-top: 1px solid var(--vscode-widget-border, transparent) }
  .scrubber input { flex: 1 1 140px; min-width: 0; accent-color: var(--vscode-progressBar-background) }
  .scrubber .time { text-align: end; font-variant-numeric: tabular-nums }
  .tool { font: inherit; display: inline-flex; align-items: center; justify-content: center; width: 26px; height: 26px; flex: none; padding: 0; color: var(--vscode-icon-foreground, var(--vscode-foreground)); background: transparent; border: 1px solid transparent; border-radius: 4px; cursor: pointer }
  .tool:hover:enabled { background: var(--vscode-toolbar-hoverBackground, var(--vscode-list-hoverBackground)) }
  .tool:disabled { opacity: 0.4; cursor: default }
  .blank { display: grid; place-items: center; gap: 12px; text-align: center; padding: 12vh 16px; max-width: 520px; margin: 0 auto }
  /* Rows that are full: seven or eight tiles in one, four to a row, or two. */
  @media (max-width: 960px) {
    .tiles { grid-auto-flow: row; grid-template-columns: repeat(4, minmax(0, 1fr)) }
    .tiles li:last-child:nth-child(4n + 3) { grid-column: span 2 }
  }
  @media (max-width: 480px) {
    .tiles { grid-template-columns: repeat(2, minmax(0, 1fr)) }
    :host { padding: 10px 10px 24px }
    .card li { flex-wrap: wrap }
    .card li .buttons { max-width: none; flex-basis: 100%; justify-content: flex-start; padding-inline-start: 24px }
    .card ul { max-height: none }
    .tiles li:last-child:nth-child(odd) { grid-column: 1 / -1 }
    .scrubber input { flex-basis: 60px }
  }
  @media (prefers-reduced-motion: no-preference) {
    .tile { transition: background 80ms }
    /* Fades out below while there is more to scroll to. */
    .card ul { animation: more linear; animation-timeline: scroll(self) }
  }
`
