import '@vscode-elements/elements/dist/vscode-badge/index.js'
import '@vscode-elements/elements/dist/vscode-button/index.js'
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js'
import { speak } from '../vscode/l10n.js'
import { DashboardElement } from './dashboardElement.js'
import { pageStyles } from './styles.js'
import { TimelineElement } from './timeline/timelineElement.js'

const texts = document.querySelector('#texts')?.textContent
if (texts) speak(document.documentElement.lang, JSON.parse(texts) as Record<string, string>)
document.adoptedStyleSheets = [pageStyles.styleSheet!]
customElements.define('muster-timeline', TimelineElement)
customElements.define('muster-dashboard', DashboardElement)
