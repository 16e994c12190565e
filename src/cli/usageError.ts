/** The command line itself is wrong: exit code 2, with the usage line of the command it was meant for. */
export class UsageError extends Error {
  constructor(message: string, readonly usage?: string) {
    super(message)
    this.name = 'UsageError'
  }
}

/** ` Did you mean --body?` when one of the names is close to what was typed, else an empty string. */
export function didYouMean(typed: string, names: Iterable<string>, prefix = ''): string {
  let best: { name: string; distance: number } | undefined
  for (const name of names) {
    const distance = name.startsWith(typed) && typed.length > 1 ? 0 : editDistance(typed, name)
    if (best === undefined || distance < best.distance) best = { name, distance }
  }
  if (best === undefined || best.distance > Math.max(1, Math.floor(typed.length / 3))) return ''
  return ` Did you mean ${prefix}${best.name}?`
}

/** Insertions, deletions, replacements and swaps of neighbours (optimal string alignment, Damerau 1964). */
function editDistance(a: string, b: string): number {
  const rows: number[][] = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const at = (i: number, j: number): number => rows[i]?.[j] ?? Infinity
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1
      let value = Math.min(at(i - 1, j) + 1, at(i, j - 1) + 1, at(i - 1, j - 1) + cost)
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) value = Math.min(value, at(i - 2, j - 2) + 1)
      row.push(value)
    }
  }
  return at(a.length, b.length)
}
