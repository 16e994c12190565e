import { findNodeAtLocation, getNodeValue, parse, parseTree, type Node, type ParseError } from 'jsonc-parser'
import { MusterError } from '../core/errors.js'
import { tell } from '../core/tell.js'

type Path = readonly (string | number)[]

/**
 * A JSON text with comments, changed in single places by hand: everything else stays as it is written, byte for byte, and
 * what was put in can be taken out without a trace. (An editor's `modify` formats what is around as well.)
 */
export class JsonText {
  private constructor(public text: string, private readonly unit: string, private readonly eol: string) {}

  /** @throws MusterError INVALID_INPUT where it is not JSON with an object in it */
  static of(text: string | undefined): JsonText {
    const given = text === undefined || text.trim() === '' ? '{}\n' : text
    const errors: ParseError[] = []
    if (treeOf(given, errors)?.type !== 'object' || errors.length > 0) {
      throw new MusterError('INVALID_INPUT', tell`This file is not valid JSON, so nothing was changed in it.`, { hint: tell`Repair it, then connect again.` })
    }
    return new JsonText(given, /^([ \t]+)["}\]/]/m.exec(given)?.[1] ?? '  ', given.includes('\r\n') ? '\r\n' : '\n')
  }

  get(...path: Path): unknown {
    const node = this.node(path)
    return node && (getNodeValue(node) as unknown)
  }

  /** Sets a value, making the objects on the way. @throws MusterError INVALID_INPUT where something else is in their place */
  set(path: Path, value: unknown): this {
    if (same(this.get(...path), value)) return this
    const there = this.node(path)
    if (there) return this.splice(there.offset, there.offset + there.length, this.render(value, this.indentAt(there.offset), this.isSpread(there.parent?.parent)))
    const parent = path.slice(0, -1)
    const key = path.at(-1)!
    const object = this.node(parent)
    if (!object) return this.set(parent, { [key]: value })
    if (object.type !== 'object') throw wrongPlace(tell`"${parent.join('.')}" is not an object, so nothing was changed.`)
    return this.insert(object, value, `${JSON.stringify(String(key))}: `)
  }

  /** Adds to the end of a list, making it where there is none. @throws MusterError INVALID_INPUT where something else is in its place */
  append(path: Path, item: unknown): this {
    const list = this.node(path)
    if (!list) return this.set(path, [item])
    if (list.type !== 'array') throw wrongPlace(tell`"${path.join('.')}" is not a list, so nothing was changed.`)
    return this.insert(list, item, '')
  }

  /** Removes the items of a list that fit; the list too when none is left, and its parents that are empty then. */
  removeItems(path: Path, fits: (item: unknown) => boolean): this {
    const list = this.get(...path)
    if (!Array.isArray(list)) return this
    const found = list.flatMap((item: unknown, index) => (fits(item) ? [index] : []))
    for (const index of found.reverse()) this.remove([...path, index])
    return found.length === 0 ? this : this.removeEmpty(path)
  }

  removeWithParents(path: Path): this {
    return this.get(...path) === undefined ? this : this.remove(path).removeEmpty(path.slice(0, -1))
  }

  /** Whether nothing is in it but these, and no comment. */
  holdsOnly(...keys: readonly string[]): boolean {
    return Object.keys(this.get() as object).every((key) => keys.includes(key)) && !hasComment(this.text)
  }

  private removeEmpty(path: Path): this {
    const node = this.node(path)
    if (path.length === 0 || node === undefined || (node.children?.length ?? 0) > 0 || hasComment(this.text.slice(node.offset, node.offset + node.length))) return this
    return this.remove(path).removeEmpty(path.slice(0, -1))
  }

  /** A new last member of an object or list: on a line of its own, unless all are on one. */
  private insert(into: Node, value: unknown, key: string): this {
    const close = into.offset + into.length - 1
    const last = into.children?.at(-1)
    const spread = last === undefined || this.isSpread(into)
    const indent = last && this.startsLine(last.offset) ? this.indentAt(last.offset) : this.indentAt(into.offset) + this.unit
    const member = key + this.render(value, indent, spread)
    if (last === undefined) {
      const inside = this.text.slice(into.offset + 1, close).trimEnd()
      return this.splice(into.offset + 1, close, `${inside}${this.eol}${indent}${member}${this.eol}${this.indentAt(into.offset)}`)
    }
    const end = last.offset + last.length
    const comma = this.commaAfter(end)
    const rest = this.text.slice(end, close)
    const before = `${comma === undefined ? ',' : ''}${rest.trimEnd()}`
    const after = rest.slice(rest.trimEnd().length)
    return this.splice(end, close, `${before}${spread ? this.eol + indent : ' '}${member}${comma === undefined ? '' : ','}${after}`)
  }

  /** A member, the space before it, and the comma that it needed. */
  private remove(path: Path): this {
    const value = this.node(path)!
    const member = value.parent?.type === 'property' ? value.parent : value
    const siblings = member.parent?.children ?? []
    const previous = siblings[siblings.indexOf(member) - 1]
    const end = member.offset + member.length
    const start = this.text.slice(0, member.offset).trimEnd().length
    const comma = this.commaAfter(end)
    if (comma !== undefined) this.splice(end, comma + 1, this.text.slice(end, comma))
    this.splice(start, end, '')
    if (comma === undefined && previous) {
      const needless = this.commaAfter(previous.offset + previous.length)
      if (needless !== undefined) this.splice(needless, needless + 1, '')
    }
    const left = this.node(path.slice(0, -1))!
    const inside = this.text.slice(left.offset + 1, left.offset + left.length - 1)
    return inside.trim() === '' ? this.splice(left.offset + 1, left.offset + left.length - 1, '') : this
  }

  /** Where the comma after a member is, beyond space and comments. */
  private commaAfter(at: number): number | undefined {
    const [space = ''] = /^(?:\s|\/\/.*|\/\*[^]*?\*\/)*/.exec(this.text.slice(at)) ?? []
    return this.text[at + space.length] === ',' ? at + space.length : undefined
  }

  private isSpread(node: Node | undefined): boolean {
    return node === undefined || this.text.slice(node.offset, node.offset + node.length).includes('\n')
  }

  private startsLine(at: number): boolean {
    return this.text.slice(0, at).slice(this.text.lastIndexOf('\n', at - 1) + 1).trim() === ''
  }

  private indentAt(at: number): string {
    return /^[ \t]*/.exec(this.text.slice(this.text.lastIndexOf('\n', at - 1) + 1))?.[0] ?? ''
  }

  private render(value: unknown, indent: string, spread: boolean): string {
    return spread ? JSON.stringify(value, undefined, this.unit).replaceAll('\n', this.eol + indent) : JSON.stringify(value)
  }

  private node(path: Path): Node | undefined {
    const root = treeOf(this.text)
    return root && findNodeAtLocation(root, [...path])
  }

  private splice(from: number, to: number, text: string): this {
    this.text = this.text.slice(0, from) + text + this.text.slice(to)
    return this
  }
}

function treeOf(text: string, errors: ParseError[] = []): Node | undefined {
  return parseTree(text.replace(/^\ufeff/, ' '), errors, { allowTrailingComma: true })
}

function hasComment(text: string): boolean {
  return /\/[/*]/.test(text.replace(/"(?:[^"\\]|\\.)*"/g, ''))
}

function wrongPlace(why: string): MusterError {
  return new MusterError('INVALID_INPUT', why, { hint: tell`Repair it, then connect again.` })
}

/** The value of a text that may have comments; undefined where it has none. */
export function valueOf(text: string): unknown {
  return parse(text, [], { allowTrailingComma: true })
}

/** The same JSON, whatever the order of its keys. */
export function same(one: unknown, other: unknown): boolean {
  return canonical(one) === canonical(other)
}

function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    (typeof inner === 'object' && inner !== null && !Array.isArray(inner) ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : 1))) : inner)) ?? ''
}
