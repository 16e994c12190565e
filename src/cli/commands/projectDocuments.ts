import { basename } from 'node:path'
import type { Muster } from '../../core/muster.js'
import type { PlanAnswers } from '../../documents/project/answers.js'
import { command, outcome } from '../command.js'
import { noteOptions } from '../sharedOptions.js'
import { UsageError } from '../usageError.js'
import { acceptedText, findingsText, plannedText, savedAllText, writtenText } from '../views/projectDocuments.js'

export const projectDocumentCommands = [
  command({
    name: 'docs init',
    summary: 'Make STATUS.md, DECISIONS.md and AGENTS.md from what is known here',
    details: 'Files that are there keep what is in them: Muster\'s part stands at their end, between two marks. In a terminal a few questions are asked where there is no plan yet.',
    options: {
      yes: { type: 'flag', help: 'Ask nothing' },
      project: { type: 'text', value: 'T', help: 'What the project is called; this and the next three only where no phase is planned yet' },
      phase: { type: 'text', value: 'NAME', help: 'Its first phase' },
      acceptance: { type: 'list', value: 'T', help: 'With --phase: what must be true at its end' },
      deliverable: { type: 'text', value: 'T', help: 'What is being made now' },
      'dry-run': { type: 'flag', help: 'Only show what would be written' },
    },
    access: (options) => (options['dry-run'] ? 'look' : 'start'),
    examples: ['muster docs init --yes', 'muster docs init --phase Foundation --acceptance "builds in CI" --dry-run'],
    async run({ muster, global, interrupted }, { yes, project, phase, acceptance, deliverable, 'dry-run': dryRun }) {
      const [{ ofOthers, plannedDocuments, writeProject }, { changeOf, hasAnswers }] = await Promise.all([import('../../documents/project/files.js'), import('../../documents/project/answers.js')])
      const given = { ...(project !== undefined && { project }), ...(phase !== undefined && { phase }), acceptance, ...(deliverable !== undefined && { deliverable }) }
      const isPlanned = (await muster.getPlan()).phases.length > 0
      if (acceptance.length > 0 && phase === undefined) throw new UsageError('--acceptance goes with --phase.')
      if (isPlanned && hasAnswers(given)) throw new UsageError('There is a plan already. Change it: muster plan change')
      if (dryRun) {
        const documents = await plannedDocuments(muster, given)
        return outcome({ ok: true, documents }, () => plannedText(documents))
      }
      const asks = !yes && !isPlanned && !hasAnswers(given) && !global.json && process.stdin.isTTY && process.stderr.isTTY
      const answers = asks ? await askForPlan(muster, interrupted) : given
      const theirs = await ofOthers(muster)
      if (hasAnswers(answers)) await muster.changePlan(changeOf(answers))
      const documents = await writeProject(muster, { make: true, theirs })
      // From now on they are in use: whoever changes the records keeps them up to date.
      const { writeAll } = await import('../../documents/documents.js')
      await writeAll(muster)
      return outcome({ ok: documents.every(({ how }) => how !== 'refused'), documents }, (ui) => writtenText(documents, ui))
    },
  }),
  command({
    name: 'docs render',
    summary: 'Write Muster\'s parts of the documents that are there anew',
    details: 'What somebody wrote into such a part is copied beside the file first.',
    options: {},
    access: 'join',
    examples: ['muster docs render'],
    async run({ muster }) {
      const { writeProject } = await import('../../documents/project/files.js')
      const documents = await writeProject(muster, { make: false })
      return outcome({ ok: documents.every(({ how }) => how !== 'refused'), documents }, (ui) => writtenText(documents, ui))
    },
  }),
  command({
    name: 'docs save',
    summary: 'Put down where you are before your context is full: report, documents, checkpoint, and a commit where you want one',
    details: 'Whoever goes on, you in a new conversation or somebody else, begins with muster startup --lead. At least one of the first five options.',
    options: {
      ...noteOptions,
      commit: { type: 'text', value: 'T', help: 'Commit the documents, and nothing else, with this message' },
    },
    access: 'start',
    examples: ['muster docs save --done "order store" --next "cancelling, then its endpoint" --verify "npm test" --commit "Order store, as of now"'],
    async run({ muster, host }, { done, next, file, verify, notes, commit }) {
      if ([...done, ...next, ...file, verify, notes].every((part) => part === undefined)) throw new UsageError('Say at least one of --done, --next, --file, --verify and --notes.')
      const { saveAll } = await import('../../documents/project/save.js')
      const saved = await saveAll(muster, { checkpoint: { done: done.join('\n'), next: next.join('\n'), files: file, verify: verify ?? '', notes: notes ?? '' }, commit, now: host.now() })
      return outcome({ ok: saved.documents.every(({ how }) => how !== 'refused'), ...saved }, (ui) => savedAllText(saved, ui))
    },
  }),
  command({
    name: 'docs check',
    summary: 'Find what a handoff still lacks, line by line',
    options: { unsaved: { type: 'flag', help: 'Texts that are not saved yet are on standard input: {"STATUS.md": "…"}' } },
    access: 'look',
    examples: ['muster docs check', 'muster docs check --json'],
    async run({ muster }, { unsaved }) {
      const { checkProject } = await import('../../documents/project/files.js')
      const findings = await checkProject(muster, unsaved ? await unsavedTexts() : {})
      return outcome({ ok: findings.length === 0, findings }, (ui) => findingsText(findings, ui))
    },
  }),
  command({
    name: 'docs accept',
    summary: 'Take slips that you put right in DECISIONS.md over into the records; for persons',
    words: { usage: '[id]', min: 0, max: 1 },
    options: {},
    access: 'join',
    examples: ['muster docs accept D-3'],
    async run({ muster }, _options, [id]) {
      const { acceptCorrections, writeProject } = await import('../../documents/project/files.js')
      const result = await acceptCorrections(muster, id)
      if (result.ok && result.accepted.length > 0) await writeProject(muster, { make: false })
      return outcome(result, () => acceptedText(result))
    },
  }),
]

async function askForPlan(muster: Muster, signal: AbortSignal): Promise<PlanAnswers> {
  const plan = await muster.getPlan()
  const { answersTo } = await import('../questions.js')
  const [project = '', phase = '', acceptance = '', deliverable = ''] = await answersTo([
    { text: 'What is the project called?', default: plan.project || basename(muster.root) },
    { text: 'Its first phase?', default: 'Foundation' },
    { text: 'What must be true at the end of that phase?', default: '' },
    { text: 'What is being made now?', default: '' },
  ], signal)
  return { project, phase, acceptance: [acceptance], deliverable }
}

/** Texts by their file, as an editor pipes them in. @throws UsageError where it is something else */
async function unsavedTexts(): Promise<Record<string, string>> {
  const { byInput } = await import('../editing.js')
  try {
    const texts: unknown = JSON.parse(await byInput()(''))
    if (typeof texts === 'object' && texts !== null && Object.values(texts).every((text) => typeof text === 'string')) return texts as Record<string, string>
  } catch {
    // Told below.
  }
  throw new UsageError('--unsaved needs a JSON object on standard input: {"STATUS.md": "its text"}.')
}
