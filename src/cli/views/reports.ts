import type { CommitCheckpointResult } from '../../core/model/upkeep.js'
import type {
  DeliverableView, DeliverResult, ErrorView, HandOffResult, IntegrateResult, LogErrorResult, ResolveErrorResult, SummaryResult,
} from '../../core/model/workOperations.js'
import { list } from '../../core/state/text.js'
import { oneLine, say } from '../text/escape.js'
import { table } from '../text/table.js'
import { ago } from '../text/time.js'
import type { Tone, Ui } from '../text/ui.js'

const tones: Partial<Record<ErrorView['severity'], Tone>> = { high: 'warning', critical: 'bad' }

export function errorsText(errors: readonly ErrorView[], ui: Ui): string {
  if (errors.length === 0) return 'No errors.'
  return table(
    [
      { title: 'ID' },
      { title: 'SEVERITY' },
      { title: 'ERROR', min: 20 },
      { title: 'KIND', drop: 3 },
      { title: 'TIMES', align: 'right' },
      { title: 'WHO', min: 5, drop: 1 },
      { title: 'WHERE', min: 10, cut: 'start', drop: 4 },
      { title: 'LAST', align: 'right', drop: 2 },
      { title: 'RESOLVED', min: 10 },
    ],
    errors.map((error) => {
      const tone = error.resolved ? 'quiet' : tones[error.severity]
      return [
        error.id,
        tone === undefined ? error.severity : { text: error.severity, tone },
        error.message,
        error.kind,
        String(error.count),
        error.agentName,
        error.resource ?? '',
        ago(error.lastAt, ui.now),
        error.resolved === undefined ? '' : `${error.resolved.byName}${error.resolved.text === '' ? '' : `: ${error.resolved.text}`}`,
      ]
    }),
    ui,
  )
}

export function errorLoggedText({ id, count }: LogErrorResult): string {
  return count === 1 ? say`Logged ${id}. Once it is put right: muster error resolve ${id}` : say`${id} happened again, ${count} times by now.`
}

export function resolvedText(result: ResolveErrorResult): string {
  return result.ok ? say`Resolved ${result.id}.` : oneLine(result.hint)
}

export function savedText(committed: CommitCheckpointResult | undefined): string {
  if (committed === undefined) return 'Saved where you stand.'
  if (!committed.ok) return say`Saved where you stand; not committed. ${committed.hint}`
  return say`Saved where you stand; ${committed.changed ? `committed to ${committed.branch} (${committed.commit.slice(0, 8)})` : `${committed.branch} has it already`}.`
}

export function deliverablesText(deliverables: readonly DeliverableView[], ui: Ui): string {
  if (deliverables.length === 0) return 'Nothing was delivered.'
  return table(
    [{ title: 'ID' }, { title: 'WHAT', min: 16 }, { title: 'BY', min: 5 }, { title: 'READY' }, { title: 'FILES', align: 'right', drop: 1 }, { title: 'WHEN', align: 'right', drop: 2 }, { title: 'INTEGRATED', min: 10 }],
    deliverables.map((one) => [
      one.id,
      one.title || (one.files[0]?.path ?? ''),
      one.agentName,
      one.integrationReady ? 'yes' : 'no',
      String(one.files.length),
      ago(one.deliveredAt, ui.now),
      one.integration === undefined ? '' : `${one.integration.verdict} by ${one.integration.byName}`,
    ]),
    ui,
  )
}

export function deliveredText(result: DeliverResult): string {
  return result.ok ? say`Delivered as ${result.id}. Others take it over: muster deliver --integrate ${result.id} --verdict accepted` : oneLine(result.hint)
}

export function integratedText(result: IntegrateResult): string {
  return result.ok ? say`${result.id}: ${result.verdict}.` : oneLine(result.hint)
}

export function summaryText({ number }: SummaryResult): string {
  return say`Wrote summary ${number}.`
}

export function handedText(result: HandOffResult, ui: Ui): string {
  if (!result.ok) return oneLine(result.hint)
  const things = [...result.claims.map(({ resource }) => resource), ...result.tasks]
  return `${ui.paint('good', 'Handed on')} ${say`${list(things)} to ${result.to}${result.checkpoint ? ', with your last checkpoint' : ''}.`}`
}
