export type Tone = 'strong' | 'quiet' | 'good' | 'warning' | 'bad'

/** Select Graphic Rendition: what switches each on and off again (ECMA-48). */
const codes = { strong: [1, 22], quiet: [2, 22], good: [32, 39], warning: [33, 39], bad: [31, 39] } as const

/** What the rendering of text depends on. */
export interface Ui {
  /** Columns; Infinity where the output is not looked at in a terminal. */
  readonly width: number
  readonly now: number
  paint(tone: Tone, text: string): string
}

/** What is known about an output stream. */
export interface Screen {
  isTTY: boolean
  columns?: number
}

/** Colours only on a terminal, and not with NO_COLOR (no-color.org) or a terminal that has none. */
export function createUi(screen: Screen, env: NodeJS.ProcessEnv, now: number): Ui {
  const colours = screen.isTTY && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
  return {
    width: screen.isTTY ? Math.max(screen.columns ?? 80, 20) : Infinity,
    now,
    paint: (tone, text) => (colours && text !== '' ? `\x1b[${codes[tone][0]}m${text}\x1b[${codes[tone][1]}m` : text),
  }
}
