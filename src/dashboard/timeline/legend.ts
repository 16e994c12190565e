import { html, svg, type TemplateResult } from 'lit'
import { t } from '../../vscode/l10n.js'

const shapes: [() => string, ReturnType<typeof svg>][] = [
  [() => t('lock held'), svg`<rect x="1" y="4" width="12" height="6" class="bar"/>`],
  [() => t('ended'), svg`<rect x="1" y="4" width="12" height="6" class="ended"/>`],
  [() => t('stale'), svg`<path d="M2 4v6M5 4v6M8 4v6M11 4v6M1 4h12" class="stale"/>`],
  [() => t('check-in'), svg`<path d="M7 1v12" class="check"/>`],
  [() => t('message'), svg`<circle cx="7" cy="7" r="4" class="message"/>`],
  [() => t('decision'), svg`<rect x="3" y="3" width="8" height="8" class="decision"/>`],
  [() => t('task'), svg`<path d="M3 2v10l9-5z" class="task"/>`],
  [() => t('error'), svg`<path d="M7 2l5 9H2z" class="error-mark"/>`],
  [() => t('conflict'), svg`<path d="M3 3l8 8M11 3l-8 8" class="conflict"/>`],
]

export function legend(): TemplateResult {
  return html`<ul class="legend" aria-label=${t('Legend')}>${shapes.map(([name, shape]) => html`<li><svg viewBox="0 0 14 14" aria-hidden="true">${shape}</svg>${name()}</li>`)}<li class="hint">${t('Drag to move, Ctrl+wheel to zoom')}</li></ul>`
}
