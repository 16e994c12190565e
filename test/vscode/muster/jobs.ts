import { existsSync, mkdtempSync, readFileSync, realpathSync, renameSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { projectRoot } from '../../../scripts/projectRoot.js'
import { removeFolder } from '../../../scripts/removeFolder.js'
import { eventually } from '../driver/eventually.js'

/** Has a window do what extensions and chats can do: jobs go into a folder, and the window, opened with `runner` and `env`, looks there. */
export class Jobs {
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'muster-jobs-')))
  readonly env = { TOOL_JOBS: this.folder }
  readonly runner = join(projectRoot, 'test', 'vscode', 'fixture', 'tools', 'run.cjs')
  private last = 0

  /** Answers what the job came to. */
  ask(job: { job: 'start' | 'call' | 'place'; [given: string]: unknown }): Promise<string[]> {
    const file = join(this.folder, `${++this.last}`)
    writeFileSync(`${file}.tmp`, JSON.stringify(job))
    renameSync(`${file}.tmp`, `${file}.job`)
    return eventually('the answer to a job', () => {
      if (!existsSync(`${file}.done`)) return undefined
      const { result = [], error } = JSON.parse(readFileSync(`${file}.done`, 'utf8')) as { result?: string[]; error?: string }
      if (error !== undefined) throw new Error(error)
      return result
    })
  }

  remove(): void {
    removeFolder(this.folder)
  }
}
