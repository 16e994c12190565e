import { VsCode, type VsCodeOptions } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'
import { oneStory } from './story.js'

/** What the tests of one describe work with. Whoever starts another editor puts it here, so that it is ended. */
export interface Opened {
  repository: Repository
  code: VsCode
  window: Window
}

export interface OwnWindowOptions extends VsCodeOptions {
  /** An agent that comes when the window is open, so that Muster is on and its views show who is here. */
  readonly agent?: string
  /** The repository, before the editor starts. */
  readonly prepare?: (repository: Repository) => Promise<void> | void
  readonly language?: string
  /** What else has to be so before the first test. */
  readonly ready?: (opened: Opened) => Promise<unknown>
  /** Ends what tests have started, while the editor still runs. */
  readonly end?: (opened: Opened) => Promise<unknown> | void
  /** The tests are one story: what follows a failed step cannot be judged. */
  readonly story?: boolean
}

/** Gives a describe a repository and a window of its own, keeps evidence of what failed in it, and ends both after its tests. */
export function ownWindow({ agent, prepare, language, ready, end, story = false, ...options }: OwnWindowOptions, use: (opened: Opened) => void): void {
  const opened: Partial<Opened> = {}
  const isWhole = (some: Partial<Opened>): some is Opened => some.window !== undefined

  before(async () => {
    const repository = (opened.repository = new Repository())
    await prepare?.(repository)
    opened.code = await VsCode.start(options)
    const window = (opened.window = await opened.code.openWindow(repository.root, language === undefined ? {} : { language }))
    if (agent !== undefined) {
      await repository.cli(agent, ['startup'])
      await window.runCommand('View: Show Muster')
      await window.tree.waitForRow('Agents', (row) => row.label === agent)
    }
    if (isWhole(opened)) {
      use(opened)
      await ready?.(opened)
    }
  })
  if (story) oneStory(() => opened.code)
  else {
    afterEach(function () {
      return opened.code?.saveEvidence(this.currentTest)
    })
  }
  after(async () => {
    if (isWhole(opened)) await end?.(opened)
    await opened.code?.stop()
    opened.repository?.remove()
  })
}
