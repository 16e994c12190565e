import type { Mark } from '../../protocol/dashboard.js'
import type { Lane, PlacedBar } from './lanes.js'
import { ticksOf, type Range } from './scale.js'

export const LANE = 30
export const AXIS = 24
/** Of bars, in px; fewer rows have thicker ones. */
const THICKEST = 10
/** Bars and marks can be hit when they are missed by so many px. */
const NEAR = 5

/** Colours of the theme, as a canvas needs them. */
export interface Palette {
  text: string
  dim: string
  line: string
  bar: string
  ended: string
  stale: string
  message: string
  decision: string
  good: string
  error: string
  selected: string
  focus: string
  /** Of themes with high contrast: bars are outlined, not filled. */
  contrast: string
  font: string
}

export interface Picture {
  width: number
  height: number
  /** Px of the lanes that are scrolled out at the top. */
  scrolled: number
  /** Px for names at the left. */
  gutter: number
  range: Range
  now: number
  /** What is looked back at. */
  moment: number | undefined
  lanes: number
  lane(index: number): Lane
  /** Since when a lock that is held is stale. */
  staleSince(bar: PlacedBar): number | undefined
  selected: string | undefined
}

/** What is at a place of the picture. */
export interface Hit {
  lane: Lane
  bar?: PlacedBar
  mark?: Mark
}

export function xOf(picture: Picture, at: number): number {
  const { gutter, width, range } = picture
  return gutter + ((at - range.from) / (range.to - range.from)) * (width - gutter)
}

export function timeAt({ gutter, width, range }: Picture, x: number): number {
  return range.from + ((x - gutter) / (width - gutter)) * (range.to - range.from)
}

/** Draws what shows of the lanes, and nothing else. */
export function draw(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette): void {
  const { width, height, gutter, scrolled, lanes } = picture
  ctx.clearRect(0, 0, width, height)
  ctx.font = palette.font
  ctx.textBaseline = 'middle'
  const first = Math.floor(scrolled / LANE)
  const last = Math.min(lanes - 1, Math.floor((scrolled + height - AXIS) / LANE))
  ctx.save()
  clip(ctx, 0, AXIS, width, height - AXIS)
  for (let index = first; index <= last; index++) drawGround(ctx, picture, palette, index)
  ctx.restore()
  drawAxis(ctx, picture, palette)
  ctx.save()
  clip(ctx, gutter, AXIS, width - gutter, height - AXIS)
  for (let index = first; index <= last; index++) drawLane(ctx, picture, palette, index)
  drawCursor(ctx, picture, picture.now, palette.good, [])
  if (picture.moment !== undefined) drawCursor(ctx, picture, picture.moment, palette.focus, [4, 3])
  ctx.restore()
}

function clip(ctx: CanvasRenderingContext2D, x: number, y: number, width: number, height: number): void {
  ctx.beginPath()
  ctx.rect(x, y, width, height)
  ctx.clip()
}

/** Px from one row of bars to the next, and from the top of the lane to the first. */
function rowsOf({ rows }: Lane): { row: number; first: number } {
  const row = Math.min(THICKEST, (LANE - 6) / rows)
  return { row, first: (LANE - 1 - row * rows) / 2 }
}

function topOf({ scrolled }: Picture, index: number): number {
  return AXIS + index * LANE - scrolled
}

function drawGround(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette, index: number): void {
  const { width, gutter, selected } = picture
  const top = topOf(picture, index)
  const { agent, name } = picture.lane(index)
  if (agent === selected) {
    ctx.fillStyle = palette.selected
    ctx.fillRect(0, top, width, LANE)
  }
  faintly(ctx, palette, () => ctx.fillRect(0, top + LANE - 1, width, 1))
  ctx.fillStyle = palette.text
  ctx.fillText(fitted(ctx, name, gutter - 14), 4, top + LANE / 2)
}

/** In the colour of lines; that of themes with high contrast would outshine what is drawn. */
function faintly(ctx: CanvasRenderingContext2D, palette: Palette, paint: () => void): void {
  ctx.fillStyle = palette.line
  if (palette.contrast !== '') ctx.globalAlpha = 0.35
  paint()
  ctx.globalAlpha = 1
}

function fitted(ctx: CanvasRenderingContext2D, text: string, width: number): string {
  if (ctx.measureText(text).width <= width) return text
  let end = text.length
  while (end > 1 && ctx.measureText(`${text.slice(0, end)}…`).width > width) end--
  return `${text.slice(0, end)}…`
}

function drawAxis(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette): void {
  const { range, width, height, gutter } = picture
  ctx.fillStyle = palette.line
  ctx.fillRect(0, AXIS - 1, width, 1)
  for (const { at, label } of ticksOf(range, width - gutter, Math.min(80, Math.max(56, (width - gutter) / 3)))) {
    const x = Math.round(xOf(picture, at))
    faintly(ctx, palette, () => ctx.fillRect(x, AXIS - 5, 1, height))
    ctx.fillStyle = palette.dim
    if (x + ctx.measureText(label).width + 8 < width) ctx.fillText(label, x + 4, AXIS / 2)
  }
}

function drawCursor(ctx: CanvasRenderingContext2D, picture: Picture, at: number, color: string, dash: number[]): void {
  const x = Math.round(xOf(picture, at)) + 0.5
  ctx.strokeStyle = color
  ctx.lineWidth = dash.length > 0 ? 2 : 1
  ctx.setLineDash(dash)
  ctx.beginPath()
  ctx.moveTo(x, AXIS)
  ctx.lineTo(x, picture.height)
  ctx.stroke()
  ctx.setLineDash([])
  ctx.lineWidth = 1
}

function drawLane(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette, index: number): void {
  const lane = picture.lane(index)
  const { bars, marks } = lane
  const { row, first } = rowsOf(lane)
  const { range, now } = picture
  const top = topOf(picture, index)
  for (const bar of bars) {
    if (bar.from > range.to) break
    const to = bar.to ?? now
    if (to >= range.from) drawBar(ctx, picture, palette, bar, to, top + first + bar.row * row, row - 1)
  }
  let last = Number.NEGATIVE_INFINITY
  for (const mark of marks) {
    if (mark.at < range.from || mark.at > range.to) continue
    const x = xOf(picture, mark.at)
    // Ticks so close that they cannot be told apart are one. Other marks are wider: a tick shows above and below them.
    if (mark.kind === 'checkIn' && x - last < 1) continue
    if (mark.kind === 'checkIn') last = x
    drawMark(ctx, palette, mark.kind, x, top)
  }
}

function drawBar(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette, bar: PlacedBar, to: number, y: number, height: number): void {
  const left = Math.max(picture.gutter - 2, xOf(picture, bar.from))
  const right = Math.max(left + 2, xOf(picture, to))
  ctx.fillStyle = bar.to === undefined ? palette.bar : palette.ended
  ctx.strokeStyle = palette.contrast
  if (palette.contrast === '') ctx.fillRect(left, y, right - left, height)
  else {
    if (bar.to === undefined) ctx.fillRect(left, y, right - left, height)
    ctx.strokeRect(left + 0.5, y + 0.5, Math.max(1, right - left - 1), height - 1)
  }
  const since = bar.to === undefined ? picture.staleSince(bar) : undefined
  for (const [from, until] of [...(bar.stale ?? []), ...(since === undefined ? [] : [[since, to] as const])]) drawStale(ctx, picture, palette, Math.max(from, bar.from), until, y, height)
}

/** Hatched, so that it is told by more than its colour. */
function drawStale(ctx: CanvasRenderingContext2D, picture: Picture, palette: Palette, from: number, to: number, y: number, height: number): void {
  const left = Math.max(picture.gutter, xOf(picture, from))
  const right = Math.min(picture.width, Math.max(left + 2, xOf(picture, to)))
  if (right <= picture.gutter || left >= picture.width) return
  ctx.fillStyle = palette.stale
  for (let x = left; x < right; x += 4) ctx.fillRect(x, y, Math.min(2, right - x), height)
  ctx.fillRect(left, y, right - left, 1)
}

/** Each kind has a shape of its own. */
function drawMark(ctx: CanvasRenderingContext2D, palette: Palette, kind: Mark['kind'], x: number, top: number): void {
  const middle = top + LANE / 2
  ctx.beginPath()
  switch (kind) {
    case 'checkIn':
      ctx.fillStyle = palette.text
      ctx.fillRect(Math.round(x), top + 3, 1, LANE - 7)
      return
    case 'message':
      ctx.fillStyle = palette.message
      ctx.arc(x, middle, 4, 0, 2 * Math.PI)
      break
    case 'decision':
      ctx.fillStyle = palette.decision
      ctx.rect(x - 4, middle - 4, 8, 8)
      break
    case 'task':
      ctx.fillStyle = palette.good
      ctx.moveTo(x - 4, middle - 5)
      ctx.lineTo(x + 5, middle)
      ctx.lineTo(x - 4, middle + 5)
      break
    case 'error':
      ctx.fillStyle = palette.error
      ctx.moveTo(x, middle - 5)
      ctx.lineTo(x + 5, middle + 4)
      ctx.lineTo(x - 5, middle + 4)
      break
    case 'conflict':
      ctx.strokeStyle = palette.error
      ctx.lineWidth = 3
      ctx.moveTo(x - 4, middle - 4)
      ctx.lineTo(x + 4, middle + 4)
      ctx.moveTo(x + 4, middle - 4)
      ctx.lineTo(x - 4, middle + 4)
      ctx.stroke()
      ctx.lineWidth = 1
      return
  }
  ctx.closePath()
  ctx.fill()
}

/** What is under the pointer: marks lie above bars. */
export function hitAt(picture: Picture, x: number, y: number): Hit | undefined {
  const index = Math.floor((y - AXIS + picture.scrolled) / LANE)
  if (y < AXIS || index < 0 || index >= picture.lanes) return undefined
  const lane = picture.lane(index)
  if (x < picture.gutter) return { lane }
  const { row, first } = rowsOf(lane)
  const top = topOf(picture, index) + first
  const distance = (mark: Mark): number => Math.abs(xOf(picture, mark.at) - x)
  const near = lane.marks.filter((mark) => distance(mark) <= NEAR).sort((a, b) => Number(a.kind === 'checkIn') - Number(b.kind === 'checkIn') || distance(a) - distance(b))
  if (near[0] && near[0].kind !== 'checkIn') return { lane, mark: near[0] }
  const bar = lane.bars.filter((one) => x >= xOf(picture, one.from) - 1 && x <= Math.max(xOf(picture, one.to ?? picture.now), xOf(picture, one.from) + 3) && y >= top - 1 + one.row * row && y < top + 1 + (one.row + 1) * row).at(-1)
  return { lane, ...(bar && { bar }), ...(near[0] && { mark: near[0] }) }
}
