import { basename } from 'node:path'
import type { Muster } from '../../core/muster.js'
import { command, outcome } from '../command.js'
import { acceptedText, findingsText, writtenText } from '../views/projectDocuments.js'

export const projectDocumentCommands = [
  command({
    name: 'docs init',
    summary: 'Make STATUS.md, DECISIONS.md and AGENTS.md from what is known here',
    details: 'Files that are there keep what is in them: Muster\'s part stands at their end, between two marks. In a terminal a few questions are asked where there is no plan yet.',
    options: { yes: { type: 'flag', help: 'Ask nothing' } },
    access: 'start',
    examples: ['muster docs init --yes'],
    async run({ muster, global, interrupted }, { yes }) {
      if (!yes && !global.json && process.stdin.isTTY && process.stderr.isTTY) await askForPlan(muster, interrupted)
      const { writeProject } = await import('../../documents/project/files.js')
      const documents = await writeProject(muster, { make: true })
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
    name: 'docs check',
    summary: 'Find what a handoff still lacks, line by line',
    options: {},
    access: 'look',
    examples: ['muster docs check', 'muster docs check --json'],
    async run({ muster }) {
      const { checkProject } = await import('../../documents/project/files.js')
      const findings = await checkProject(muster)
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

async function askForPlan(muster: Muster, signal: AbortSignal): Promise<void> {
  const plan = await muster.getPlan()
  if (plan.phases.length > 0) return
  const { answersTo } = await import('../questions.js')
  const [project = '', phase = '', acceptance = '', deliverable = ''] = await answersTo([
    { text: 'What is the project called?', default: plan.project || basename(muster.root) },
    { text: 'Its first phase?', default: 'Foundation' },
    { text: 'What must be true at the end of that phase?', default: '' },
    { text: 'What is being made now?', default: '' },
  ], signal)
  await muster.changePlan({ project, phases: [{ name: phase, acceptance: acceptance === '' ? [] : [acceptance] }], ...(deliverable !== '' && { deliverable: { title: deliverable } }) })
}
