import '@vscode-elements/elements/dist/vscode-badge/index.js'
import '@vscode-elements/elements/dist/vscode-button/index.js'
import '@vscode-elements/elements/dist/vscode-progress-bar/index.js'
import { DashboardElement } from './dashboardElement.js'
import { TimelineElement } from './timeline/timelineElement.js'

customElements.define('muster-timeline', TimelineElement)
customElements.define('muster-dashboard', DashboardElement)
