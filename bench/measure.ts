/** Percentile of measurements, by nearest rank. */
export function percentile(values: readonly number[], p: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil((p / 100) * sorted.length) - 1))] ?? Number.NaN
}

export interface Row {
  name: string
  value: number
  unit: string
  /** Ratio against `of`, measured in the same run. */
  ratio?: number
  of?: string
  goal?: string
  met?: boolean
  note?: string
}

/** Enough for the compiler to have settled: before, a call takes half as long again. */
const WARM_UP_ROUNDS = 40

/** Runs variants in turns, so that a slow moment of the disk hits all of them alike. @returns microseconds per call */
export async function inTurns(variants: Record<string, () => Promise<void> | void>, options: { rounds: number; perRound: number; warmUp?: number }): Promise<Record<string, number[]>> {
  const times: Record<string, number[]> = Object.fromEntries(Object.keys(variants).map((name) => [name, []]))
  for (let round = -(options.warmUp ?? WARM_UP_ROUNDS); round < options.rounds; round++) {
    for (const [name, run] of Object.entries(variants)) {
      for (let i = 0; i < options.perRound; i++) {
        const start = process.hrtime.bigint()
        await run()
        if (round >= 0) times[name]!.push(Number(process.hrtime.bigint() - start) / 1000)
      }
    }
  }
  return times
}

export function table(rows: readonly Row[]): string {
  const cells = rows.map((row) => [
    row.name,
    `${row.value < 10 ? row.value.toFixed(2) : Math.round(row.value).toLocaleString('en')} ${row.unit}`,
    row.ratio === undefined ? '' : `${row.ratio.toFixed(2)} × ${row.of ?? ''}`,
    row.goal === undefined ? '' : `${row.goal}${row.met === undefined ? '' : row.met ? ' ✓' : ' ✗'}`,
    row.note ?? '',
  ])
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((cell) => cell[column]!.length)))
  return cells.map((cell) => cell.map((text, column) => (column < 4 ? text.padEnd(widths[column]!) : text)).join('  ').trimEnd()).join('\n')
}
