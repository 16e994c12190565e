import type { DocumentButton, DocumentRequest, Opened, ToDocument } from '../protocol/document.js'
import { documentStyles } from './documentStyles.js'
import { saidElement } from './said.js'

/** A message, decision, task, error or report as a page: buttons above its text, boxes to tick, links that the editor opens. */

declare function acquireVsCodeApi(): { postMessage(message: DocumentRequest): void; setState(state: { address: string }): void }

const editor = acquireVsCodeApi()
const sheet = new CSSStyleSheet()
sheet.replaceSync(documentStyles)
document.adoptedStyleSheets = [sheet]
const toolbar = document.querySelector('header')!
const main = document.querySelector('main')!
/** Of what is shown. */
let address = ''

window.addEventListener('message', ({ data }: MessageEvent<ToDocument>) => {
  const { content } = data
  address = data.address
  editor.setState({ address })
  document.title = content.title
  const again = finderOf(document.activeElement)
  toolbar.replaceChildren(...content.buttons.map((button, index) => buttonOf(button, index, data.address)))
  toolbar.hidden = content.buttons.length === 0
  main.innerHTML = content.html
  for (const place of main.querySelectorAll<HTMLElement>('[data-said]')) {
    const said = content.said[Number(place.dataset['said'])]
    if (said) place.replaceWith(saidElement(said, content.words, place.dataset['said']!))
  }
  // Told anew after each tick: whoever goes on by keyboard stays where they were.
  // Where what was pressed is gone, the next Enter is not to do something else.
  if (again) (again() ?? main).focus({ preventScroll: true })
})

/** How to find what has the focus once the page was made anew. The same link may be there several times. */
function finderOf(focused: Element | null): (() => HTMLElement | null | undefined) | undefined {
  const key = focused?.getAttribute('data-key')
  if (key) return () => document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  if (!(focused instanceof HTMLAnchorElement) || !main.contains(focused)) return undefined
  const whereTo = ({ href, dataset }: HTMLAnchorElement): string => JSON.stringify([href, dataset['open'], dataset['name']])
  const to = whereTo(focused)
  const same = (): HTMLAnchorElement[] => [...main.querySelectorAll('a')].filter((link) => whereTo(link) === to)
  const at = same().indexOf(focused)
  return () => same()[at]
}

main.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return
  const step = Number(target.dataset['step'])
  if (step > 0) editor.postMessage({ type: 'tick', address, step, done: target.checked })
})

main.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-open]') : null
  if (!link) return
  event.preventDefault()
  editor.postMessage({ type: 'open', address, open: link.dataset['open'] as Opened, name: decodeURIComponent(link.dataset['name'] ?? '') })
})

function buttonOf(button: DocumentButton, index: number, address: string): HTMLButtonElement {
  const request = requestOf(button, address)
  const element = document.createElement('button')
  element.textContent = button.label
  element.dataset['key'] = JSON.stringify(request)
  if (index > 0 || button.quiet) element.className = 'secondary'
  element.addEventListener('click', () => editor.postMessage(request))
  return element
}

function requestOf(button: DocumentButton, address: string): DocumentRequest {
  if ('act' in button) return { type: 'act', address, act: button.act }
  return 'report' in button ? { type: 'report', address, do: button.report } : { type: 'open', address, open: button.open, name: button.name }
}

editor.postMessage({ type: 'ready' })
