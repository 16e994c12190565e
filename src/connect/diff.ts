/** A line of a difference: kept, put in or taken out. */
export interface DiffLine {
  sign: ' ' | '+' | '-'
  text: string
}

/** Lines around a change that are shown. */
const AROUND = 2

/** The difference of two texts by lines, with a little of what is around; `…` stands for the rest. */
export function diffLines(before: string, after: string): DiffLine[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  let start = 0
  while (start < old.length && start < now.length && old[start] === now[start]) start++
  let end = 0
  while (end < old.length - start && end < now.length - start && old[old.length - 1 - end] === now[now.length - 1 - end]) end++
  const kept = (text: string): DiffLine => ({ sign: ' ', text })
  const all = [...old.slice(0, start).map(kept), ...middle(old.slice(start, old.length - end), now.slice(start, now.length - end)), ...old.slice(old.length - end).map(kept)]
  return shortened(all)
}

function linesOf(text: string): string[] {
  return text === '' ? [] : text.replace(/\r?\n$/, '').split(/\r?\n/)
}

/** By the longest common subsequence; configuration files are small. */
function middle(old: readonly string[], now: readonly string[]): DiffLine[] {
  const common = old.map(() => new Array<number>(now.length + 1).fill(0))
  common.push(new Array<number>(now.length + 1).fill(0))
  for (let i = old.length - 1; i >= 0; i--) {
    for (let j = now.length - 1; j >= 0; j--) {
      common[i]![j] = old[i] === now[j] ? common[i + 1]![j + 1]! + 1 : Math.max(common[i + 1]![j]!, common[i]![j + 1]!)
    }
  }
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < old.length || j < now.length) {
    if (i < old.length && j < now.length && old[i] === now[j]) {
      lines.push({ sign: ' ', text: old[i++]! })
      j++
    } else if (i < old.length && (j === now.length || common[i + 1]![j]! >= common[i]![j + 1]!)) {
      lines.push({ sign: '-', text: old[i++]! })
    } else {
      lines.push({ sign: '+', text: now[j++]! })
    }
  }
  return lines
}

function shortened(lines: readonly DiffLine[]): DiffLine[] {
  const near = lines.map((_, index) => lines.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ sign }) => sign !== ' '))
  return lines.flatMap((line, index) => (near[index] ? [line] : near[index - 1] || (index === 0 && near.includes(true)) ? [{ sign: ' ' as const, text: '…' }] : []))
}
