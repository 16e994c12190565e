import type { Finding } from '../documents/project/finding.js'
import { t } from './l10n.js'
import { short } from './text.js'

/** What a finding says in an editor, and on pages: what is wrong, in a sentence. What is to be done is offered as a fix. */
export function findingText({ file, code, about = '', message, parts = [], said }: Pick<Finding, 'file' | 'code' | 'about' | 'message' | 'parts' | 'said'>): string {
  const name = short(about, 80)
  switch (code) {
    case 'missing-file':
      return t('{0} is missing.', file)
    case 'empty-file':
      return t('{0} is empty.', file)
    case 'broken-marks':
      return t('The marks around Muster\'s part are damaged, or there twice. Put them back as one pair, and write Muster\'s part anew.')
    case 'no-marks':
      return t('{0} has no part that Muster keeps, so it is not kept up to date.', file)
    case 'no-file':
      return t('{0} is a link or a folder. Put a file of its own in its place.', file)
    case 'not-utf8':
      return t('This is no text in UTF-8. Save the file as UTF-8.')
    case 'stale':
      return t('{0} is behind what was recorded since.', file)
    case 'changed-by-hand':
      return t('Somebody changed the part that Muster keeps. It is made anew from the records; what they wrote is kept beside the file.')
    case 'uncommitted':
      return t('{0} has changes that are not committed: others do not have them.', file)
    case 'no-deliverable':
      return t('It does not say what is being made now.')
    case 'no-next-p0':
      return name === '' ? t('There is no next P0.') : t('The next P0 does not say what to do: "{0}".', name)
    case 'no-scope':
      return t('It does not say where {0} works.', name)
    case 'no-progress':
      return t('Progress has no percentages: there is nothing that could be counted.')
    case 'no-resume':
      return t('There is no checklist for whoever takes over.')
    case 'no-phase-plan':
      return t('There is no plan of phases.')
    case 'no-criteria':
      return t('It does not say when "{0}" is done.', name)
    case 'no-tests':
      return t('It does not say how many tests pass.')
    case 'phase-without-decision':
      return t('It says "{0}", but no decision leads there.', name)
    case 'decision-changed':
      return changeText(name, parts, said)
    case 'decision-deleted':
      return t('{0} is missing here. Entries are never deleted.', name)
    case 'decision-unknown':
      return t('"{0}" is there twice, or was never recorded.', name)
    default:
      // The command line may be newer.
      return short(message, 300)
  }
}

/** Parts of a decision, by their names in the records. */
const partWords: Readonly<Record<string, () => string>> = {
  date: () => t('date'),
  title: () => t('title'),
  context: () => t('context'),
  decision: () => t('decision'),
  alternatives: () => t('alternatives'),
  consequences: () => t('consequences'),
  category: () => t('category'),
}

function changeText(name: string, parts: readonly string[], said: Finding['said']): string {
  const [here, recorded] = [short(said?.here ?? '', 80), short(said?.recorded ?? '', 80)]
  if (parts[0] === 'status') return t('{0} is said to be "{1}", but what is recorded is "{2}".', name, here, recorded)
  if (parts[0] === 'supersedes') return t('{0} is said to supersede "{1}", but what is recorded is "{2}".', name, here, recorded)
  if (parts.length === 0 || parts.join() === 'decision') return t('{0} does not say what was decided.', name)
  return t('{0} says something else than was recorded as its {1}.', name, parts.map((part) => partWords[part]?.() ?? part).join(', '))
}

/** Ways to put a finding right. */
export const fixes = ['make', 'render', 'accept', 'record', 'deliverable', 'task', 'reword', 'phase', 'criterion', 'tests', 'advance', 'scope', 'commit'] as const
export type Fix = (typeof fixes)[number]

export interface OfferedFix {
  fix: Fix
  title: string
}

const ways: Readonly<Partial<Record<Finding['code'], readonly Fix[]>>> = {
  'missing-file': ['make'],
  'empty-file': ['make'],
  'no-marks': ['make'],
  'stale': ['render'],
  'changed-by-hand': ['render'],
  'uncommitted': ['commit'],
  'no-deliverable': ['deliverable'],
  'no-next-p0': ['task'],
  'no-scope': ['scope'],
  'no-progress': ['phase'],
  'no-resume': ['render'],
  'no-phase-plan': ['phase'],
  'no-criteria': ['criterion'],
  'no-tests': ['tests'],
  'phase-without-decision': ['advance', 'render'],
  'decision-changed': ['render', 'accept'],
  'decision-deleted': ['render'],
  'decision-unknown': ['render'],
}

/** The likeliest first. @param kept Muster keeps a part of the file; else a person writes all of it */
export function fixesOf(finding: Finding, kept: boolean): OfferedFix[] {
  const { code, about = '', entry, fix } = finding
  const own = code === 'no-next-p0' && /^T-\d+ /.test(about) ? (['reword', 'task'] as const) : code === 'decision-unknown' && entry !== undefined ? (['record', 'render'] as const) : (code === 'missing-file' || code === 'decision-changed') && fix === 'render' ? (['render'] as const) : (ways[code] ?? [])
  // What a person writes is not behind: Muster can keep it for them.
  const all = kept || ['uncommitted', 'no-file', 'not-utf8'].includes(code) ? own : (['make'] as const)
  return all.map((fix) => ({ fix, title: titleOf(fix, finding) }))
}

function titleOf(fix: Fix, { file, code, about = '' }: Finding): string {
  switch (fix) {
    case 'make':
      return code === 'missing-file' ? t('Make {0}…', file) : t('Have Muster Keep {0}…', file)
    case 'render':
      return code === 'decision-deleted' || code === 'decision-changed' ? t('Bring {0} Back', short(about, 40)) : t('Write Muster\'s Part Anew')
    case 'accept':
      return t('It Was a Slip: Record What {0} Says Here', short(about, 40))
    case 'record':
      return t('Record It as a Proposed Decision')
    case 'deliverable':
      return t('Say What Is Being Made…')
    case 'task':
      return t('Add a P0 Task…')
    case 'reword':
      return t('Say What Is to Be Done…')
    case 'phase':
      return t('Plan a Phase…')
    case 'criterion':
      return t('Say When It Is Done…')
    case 'tests':
      return t('Enter the Number of Tests…')
    case 'advance':
      return t('Go On to the Next Phase…')
    case 'scope':
      return t('Ask {0} to Lock What It Changes…', short(about, 40))
    case 'commit':
      return t('Commit {0}…', file)
  }
}
