import { join } from 'node:path'
import * as vscode from 'vscode'
import type { DocumentButton, ReportAct } from '../protocol/document.js'
import type { Answer } from '../supervisor/runProgram.js'
import { cancellable } from './cancellable.js'
import { t } from './l10n.js'
import type { MusterWindow } from './musterWindow.js'
import type { ProjectDocuments } from './projectDocuments.js'
import { reportText } from './reportText.js'
import { saidBriefly } from './say.js'

/** ms for which a report that is looked at stays as it is, whatever happens meanwhile. */
const FRESH_MS = 30_000

/** `daily/<agent>` is of one agent. */
export type Report = 'status' | 'daily' | `daily/${string}` | 'overview' | 'lead'

interface Made {
  markdown: string
  head: number
  at: number
}

/** Reports as pages: made by the command line, in the language of the editor, brought up to date while they are looked at. */
export class ReportPages {
  /** By records and report. */
  private readonly made = new Map<string, Made | Promise<Made>>()

  constructor(private readonly window: MusterWindow, private readonly project: ProjectDocuments) {}

  /** Makes it anew. @throws what the command line tells */
  async make(report: Report, how: { smokeTest?: string; signal?: AbortSignal } = {}): Promise<void> {
    const key = this.keyOf(report)
    const before = this.made.get(key)
    const making = this.ask(report, how)
    this.made.set(key, making)
    try {
      this.made.set(key, await making)
    } catch (error) {
      // Whoever cancels goes on with the report that there was.
      if (before === undefined || before instanceof Promise) this.made.delete(key)
      else this.made.set(key, before)
      throw error
    }
  }

  async page(report: Report): Promise<{ title: string; text: string; buttons: readonly DocumentButton[] }> {
    const markdown = await this.markdown(report)
    const buttons: DocumentButton[] = [
      { label: t('Copy as Markdown'), report: 'copy' },
      { label: t('Save As…'), report: 'save' },
      { label: t('Refresh'), report: 'again' },
      ...(report === 'lead' && this.window.writable && this.window.world()?.me?.role !== 'lead' ? [{ label: t('Take the Lead'), report: 'lead', quiet: true } as const] : []),
    ]
    return { title: titleOf(report), text: reportText(markdown), buttons }
  }

  async act(report: Report, act: ReportAct): Promise<void> {
    if (act === 'again') return report === 'lead' ? void (await vscode.commands.executeCommand('muster.resumeLead')) : this.again(report)
    if (act === 'lead') {
      // Others reach this person as role:lead from now on.
      if (this.window.writable) await this.window.muster?.setAgent({ role: 'lead' })
      return
    }
    const markdown = await this.markdown(report)
    if (act === 'copy') {
      await vscode.env.clipboard.writeText(markdown)
      return saidBriefly('check', t('Copied'))
    }
    const name = `${report.replace(/\W+/g, '-')}-report-${new Date().toISOString().slice(0, 10)}.md`
    const uri = await vscode.window.showSaveDialog({ title: t('Save the report'), defaultUri: vscode.Uri.file(join(this.window.muster?.root ?? '', name)), filters: { Markdown: ['md'] } })
    if (uri) await vscode.workspace.fs.writeFile(uri, Buffer.from(markdown))
  }

  private async again(report: Report): Promise<void> {
    try {
      await cancellable(t('Making the report'), (signal) => this.make(report, { signal }))
    } catch (error) {
      if (!(error instanceof vscode.CancellationError)) throw error
    }
  }

  private async markdown(report: Report): Promise<string> {
    const key = this.keyOf(report)
    const known = await this.made.get(key)
    // Its smoke test is run when somebody asks for it.
    const old = known === undefined || (report !== 'lead' && known.head !== this.head() && performance.now() - known.at > FRESH_MS)
    if (old) await this.make(report)
    return (await this.made.get(key))?.markdown ?? ''
  }

  private async ask(report: Report, { smokeTest, signal }: { smokeTest?: string; signal?: AbortSignal }): Promise<Made> {
    const [head, at] = [this.head(), performance.now()]
    const [kind, agent] = report.split('/')
    const args = ['report', ...(kind === 'status' ? [] : [`--${kind}`]), ...(agent === undefined ? [] : ['--of', agent]), ...(smokeTest === undefined ? [] : [`--smoke-test=${smokeTest}`])]
    const answer = await this.project.look<Answer & { markdown?: string; agents?: { markdown: string }[]; hint?: string }>(args, { ...(signal && { signal }) })
    const markdown = answer.markdown ?? answer.agents?.map((one) => one.markdown).join('\n') ?? ''
    return { head, at, markdown: markdown === '' ? `# ${titleOf(report)}\n\n${answer.hint ?? t('No agent did anything today.')}\n` : markdown }
  }

  private keyOf(report: Report): string {
    return `${this.window.muster?.folder} ${report}`
  }

  private head(): number {
    return this.window.muster?.ledgerStatus().head ?? 0
  }
}

export function titleOf(report: Report): string {
  switch (report) {
    case 'status':
      return t('Status Report')
    case 'overview':
      return t('Overview')
    case 'lead':
      return t('Where the Work Is')
    default:
      return t('Daily Summaries')
  }
}
