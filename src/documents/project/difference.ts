/** Lines that two texts have in common are looked for up to so many pairs; beyond that, what differs is one place. */
const PAIRS = 4_000_000

/** Lines of a text, counted from 1, the last one included. */
export interface Place {
  from: number
  to: number
  /** Nothing of it is new: before this line, something was taken out. */
  gone?: true
}

/** Where a text says something else than it did, from its beginning. By the longest common subsequence of lines (Hunt and McIlroy, 1976). */
export function changedPlaces(was: string, now: string): Place[] {
  const [before, after] = [was.split('\n'), now.split('\n')]
  let head = 0
  while (head < before.length && head < after.length && before[head] === after[head]) head++
  let tail = 0
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail++
  const [rows, columns] = [before.length - head - tail, after.length - head - tail]
  if (rows === 0 && columns === 0) return []
  const place = (from: number, to: number): Place => (to < from ? { from: Math.min(from + head + 1, after.length), to: Math.min(from + head + 1, after.length), gone: true } : { from: from + head + 1, to: to + head + 1 })
  if (rows === 0 || columns === 0 || rows * columns > PAIRS) return [place(0, columns - 1)]

  // How many lines the rest from (row, column) on has in common.
  const common = Array.from({ length: rows + 1 }, () => new Uint32Array(columns + 1))
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) common[row]![column] = before[head + row] === after[head + column] ? common[row + 1]![column + 1]! + 1 : Math.max(common[row + 1]![column]!, common[row]![column + 1]!)
  }
  const places: Place[] = []
  for (let [row, column] = [0, 0]; row < rows || column < columns; ) {
    const [fromRow, from] = [row, column]
    while ((row < rows || column < columns) && !(row < rows && column < columns && before[head + row] === after[head + column])) {
      if (column >= columns || (row < rows && common[row + 1]![column]! >= common[row]![column + 1]!)) row++
      else column++
    }
    if (row > fromRow || column > from) places.push(place(from, column - 1))
    while (row < rows && column < columns && before[head + row] === after[head + column]) [row, column] = [row + 1, column + 1]
  }
  return places
}
