import { createHash } from 'node:crypto'

/** SHA-256 of what is in a file. */
export function sumOf(bytes: Uint8Array | string): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Sum of a text as an editor has it: without the mark at its beginning, and whichever line breaks it came with. */
export function sumOfText(text: string): string {
  return sumOf(text.replace(/^\ufeff/, '').replace(/\r\n?/g, '\n'))
}

/** Sum of a file, if it holds the text that this is the sum of; undefined otherwise, also where it is not UTF-8. */
export function baseIn(bytes: Uint8Array, text: string): string | undefined {
  return sumOfText(Buffer.from(bytes).toString('utf8')) === text ? sumOf(bytes) : undefined
}

/**
 * What each text that is being edited was made from: the file, as the editor had read it. What the file is when somebody types
 * need not be that, since others write to it; and of a text that was being edited before anybody looked it is not known.
 */
export class TextBases {
  /** Sums of texts as they were last read or saved. */
  private readonly read = new Map<string, string>()
  private readonly bases = new Map<string, Promise<string | undefined>>()

  /** @param bytes what a file holds now; undefined where there is none */
  constructor(private readonly bytes: (uri: string) => Promise<Uint8Array | undefined>) {}

  /** A text was opened, read again, saved or changed. */
  note(uri: string, dirty: boolean, text: () => string): void {
    if (!dirty) {
      this.read.set(uri, sumOfText(text()))
      this.bases.delete(uri)
    } else if (!this.bases.has(uri)) {
      this.bases.set(uri, this.find(uri))
    }
  }

  /** A text that is still being edited was made from this, by what was saved of it. */
  inherit(uri: string, base: string): void {
    this.bases.set(uri, Promise.resolve(base))
  }

  forget(uri: string): void {
    this.read.delete(uri)
    this.bases.delete(uri)
  }

  /** SHA-256 of the file that a text being edited was made from; undefined where that is not known. */
  async of(uri: string): Promise<string | undefined> {
    return this.bases.get(uri)
  }

  private async find(uri: string): Promise<string | undefined> {
    const read = this.read.get(uri)
    if (read === undefined) return undefined
    const bytes = await this.bytes(uri)
    return bytes && baseIn(bytes, read)
  }
}
