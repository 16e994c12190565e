import type { DocumentButton, DocumentRequest, Opened, ToDocument } from '../protocol/document.js'
import { documentStyles } from './documentStyles.js'

/** A message, decision, task, error or report as a page: buttons above its text, boxes to tick, links that the editor opens. */

declare function acquireVsCodeApi(): { postMessage(message: DocumentRequest): void; setState(state: { address: string }): void }

const editor = acquireVsCodeApi()
const sheet = new CSSStyleSheet()
sheet.replaceSync(documentStyles)
document.adoptedStyleSheets = [sheet]
const toolbar = document.querySelector('header')!
const main = document.querySelector('main')!

window.addEventListener('message', ({ data }: MessageEvent<ToDocument>) => {
  const { address, content } = data
  editor.setState({ address })
  document.title = content.title
  const focused = document.activeElement?.getAttribute('data-key')
  toolbar.replaceChildren(...content.buttons.map(buttonOf))
  toolbar.hidden = content.buttons.length === 0
  main.innerHTML = content.html
  // Told anew after each tick: whoever goes on by keyboard stays where they were.
  if (focused) document.querySelector<HTMLElement>(`[data-key="${CSS.escape(focused)}"]`)?.focus()
})

main.addEventListener('change', ({ target }) => {
  if (!(target instanceof HTMLInputElement)) return
  const step = Number(target.dataset['step'])
  if (step > 0) editor.postMessage({ type: 'tick', step, done: target.checked })
})

main.addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest<HTMLElement>('a[data-open]') : null
  if (!link) return
  event.preventDefault()
  editor.postMessage({ type: 'open', open: link.dataset['open'] as Opened, name: decodeURIComponent(link.dataset['name'] ?? '') })
})

function buttonOf(button: DocumentButton, index: number): HTMLButtonElement {
  const element = document.createElement('button')
  element.textContent = button.label
  element.dataset['key'] = `button-${index}`
  if (index > 0 || button.quiet) element.className = 'secondary'
  element.addEventListener('click', () => editor.postMessage(requestOf(button)))
  return element
}

function requestOf(button: DocumentButton): DocumentRequest {
  if ('act' in button) return { type: 'act', act: button.act }
  return 'report' in button ? { type: 'report', do: button.report } : { type: 'open', open: button.open, name: button.name }
}

editor.postMessage({ type: 'ready' })
