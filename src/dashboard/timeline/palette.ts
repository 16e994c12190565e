import type { Palette } from './draw.js'

/** The theme's colours as they are now: a canvas cannot use variables. */
export function paletteOf(element: Element): Palette {
  const style = getComputedStyle(element)
  const color = (...names: string[]): string => {
    for (const name of names) {
      const value = style.getPropertyValue(`--vscode-${name}`).trim()
      if (value !== '') return value
    }
    return style.color
  }
  const contrast = style.getPropertyValue('--vscode-contrastBorder').trim()
  return {
    text: color('foreground'),
    dim: color('descriptionForeground'),
    line: color('contrastBorder', 'panel-border', 'editorWidget-border'),
    bar: color('charts-blue'),
    ended: color('charts-lines', 'descriptionForeground'),
    stale: color('problemsWarningIcon-foreground', 'charts-yellow'),
    message: color('charts-purple'),
    decision: color('charts-yellow'),
    good: color('charts-green'),
    error: color('problemsErrorIcon-foreground', 'charts-red'),
    selected: color('list-inactiveSelectionBackground', 'list-hoverBackground'),
    focus: color('focusBorder'),
    contrast,
    font: `12px ${style.fontFamily}`,
  }
}
