import type { Said } from '../protocol/document.js'
import { unshield } from '../vscode/text.js'

/*
 * Texts of others with their formatting. What the editor's Markdown made of them, with whatever extensions add to it, is read
 * into a document that runs and loads nothing; from there only what is known here is made anew, without any of its attributes.
 */

/** Elements that formatting is made of, and what they become: headings stay below the page's own. */
const known: Readonly<Record<string, keyof HTMLElementTagNameMap>> = { p: 'p', em: 'em', strong: 'strong', s: 's', code: 'code', pre: 'pre', blockquote: 'blockquote', ul: 'ul', ol: 'ol', li: 'li', table: 'table', thead: 'thead', tbody: 'tbody', tr: 'tr', th: 'th', td: 'td', br: 'br', hr: 'hr', h1: 'h3', h2: 'h3', h3: 'h4', h4: 'h5', h5: 'h5', h6: 'h5' }
/** What is no text for people. */
const silent = new Set(['script', 'style', 'template', 'svg', 'math', 'iframe', 'object', 'embed'])
/** Within these, white space between elements is no text. */
const blocks = new Set(['body', 'blockquote', 'ul', 'ol', 'li', 'table', 'thead', 'tbody', 'tr', 'div'])
/** Texts that the reader wants to see as they were written. */
const asWritten = new Set<string>()

/** @param key by which its button is found again when the page is told anew */
export function saidElement(said: Said, words: { written: string; formatted: string }, key: string): HTMLElement {
  const box = document.createElement('div')
  box.className = 'said'
  const formatted = document.createElement('div')
  formatted.append(...childrenOf(new DOMParser().parseFromString(said.html, 'text/html').body))
  const written = document.createElement('pre')
  written.className = 'written'
  written.textContent = said.text
  // Without formatting there is nothing to choose between.
  if (!formatted.querySelector(':not(p, br)')) {
    box.append(formatted)
    return box
  }
  const button = document.createElement('button')
  button.dataset['key'] = ['said', key].join('-')
  const show = (): void => {
    const plain = asWritten.has(said.text)
    button.textContent = plain ? words.formatted : words.written
    box.replaceChildren(plain ? written : formatted, button)
  }
  button.addEventListener('click', () => {
    if (!asWritten.delete(said.text)) asWritten.add(said.text)
    show()
    button.focus()
  })
  show()
  return box
}

function childrenOf(element: Element): Node[] {
  const block = blocks.has(element.localName)
  return [...element.childNodes].flatMap((node) => {
    if (node instanceof Text) return block && node.data.trim() === '' ? [] : [new Text(unshield(node.data))]
    return node instanceof Element ? copyOf(node) : []
  })
}

function copyOf(element: Element): Node[] {
  const { localName } = element
  if (silent.has(localName)) return []
  if (localName === 'a') return linkTo(element.getAttribute('href') ?? '', childrenOf(element))
  // Loading it would tell where it is that it was read.
  if (localName === 'img') return linkTo(element.getAttribute('src') ?? element.getAttribute('data-src') ?? '', [new Text(unshield(element.getAttribute('alt') ?? ''))])
  const name = Object.hasOwn(known, localName) ? known[localName] : undefined
  if (name === undefined) return childrenOf(element)
  const copy = document.createElement(name)
  if (copy instanceof HTMLOListElement && element instanceof HTMLOListElement) copy.start = element.start
  copy.append(...childrenOf(element))
  return [copy]
}

/** Leads to the web or a file, and says where; what leads anywhere else is text. */
function linkTo(address: string, label: Node[]): Node[] {
  const target = targetOf(unshield(address))
  const shown = label.map((node) => node.textContent ?? '').join('')
  // A name alone becomes a link as well.
  const says = [target.says, target.says.replace(/^http:\/\//, '')].some((one) => one === shown || one === `${shown}/`)
  const after = document.createElement('span')
  after.className = 'address'
  after.textContent = target.says === '' ? '' : ` (${target.says})`
  const link = document.createElement('a')
  if (target.web) link.href = target.says
  else if (target.file) {
    link.href = '#'
    link.dataset['open'] = 'file'
    link.dataset['name'] = encodeURIComponent(target.says)
  }
  // A link within a link is none.
  const leads = (target.web || target.file) && !label.some((node) => node instanceof Element && node.querySelector('a') !== null) && !label.some((node) => node instanceof HTMLAnchorElement)
  if (!leads) return says ? label : [...label, after]
  if (shown === '') label = [new Text(target.says)]
  link.append(...label)
  return says || shown === '' ? [link] : [link, after]
}

function targetOf(address: string): { says: string; web: boolean; file: boolean } {
  try {
    const { protocol, href, username, password } = new URL(address)
    // Who stands before an @ is easily taken for the host.
    return { says: href, web: (protocol === 'https:' || protocol === 'http:') && username === '' && password === '', file: false }
  } catch {
    const path = decoded(address.replace(/[?#].*$/, '').replace(/^\.\//, ''))
    return { says: path === '' ? address : path, web: false, file: path !== '' && !/^[/\\]|^\w+:|[\p{Cc}*?]|(^|[/\\])\.\.([/\\]|$)/u.test(path) }
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}
