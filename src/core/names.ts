/**
 * Which names a file system takes for the same. Found out by the process that founds a ledger and recorded in its first line,
 * so that every process, on whatever system, compares paths in the same way.
 */
export interface NameRules {
  /** `A` and `a`. `simple`: letter by letter (NTFS, HFS+). `full`: ß and ss too (APFS, ext4 with casefold). */
  letters: 'exact' | 'simple' | 'full'
  /** `é` as one character and as two (Unicode NFC and NFD). `same`: one name (APFS, HFS+). */
  forms: 'exact' | 'same'
}

export const exactNames: NameRules = { letters: 'exact', forms: 'exact' }

/** Rules as a ledger's first line holds them; undefined where it holds none, or none this version understands. */
export function parseNameRules(value: unknown): NameRules | undefined {
  if (typeof value !== 'object' || value === null) return undefined
  const { letters, forms } = value as Partial<NameRules>
  if (letters !== 'exact' && letters !== 'simple' && letters !== 'full') return undefined
  return forms === 'exact' || forms === 'same' ? { letters, forms } : undefined
}

/** A name or path in the form in which equal ones are the same file. */
export function foldName(name: string, { letters, forms }: NameRules): string {
  const decomposed = forms === 'same' ? name.normalize('NFD') : name
  const folded = letters === 'exact' ? decomposed : [...decomposed].map(letters === 'full' ? foldFully : foldLetter).join('')
  return forms === 'same' ? folded.normalize('NFC') : folded
}

/** One letter at a time: lower case as a whole would make a final sigma of its own. */
function foldFully(letter: string): string {
  return [...letter.toLowerCase().toUpperCase()].map((upper) => upper.toLowerCase()).join('')
}

function foldLetter(letter: string): string {
  const upper = alone(letter.toUpperCase(), letter)
  return alone(upper.toLowerCase(), upper)
}

/** What a letter is mapped to, where that is one letter; itself otherwise. */
function alone(mapped: string, letter: string): string {
  return [...mapped].length === 1 ? mapped : letter
}
