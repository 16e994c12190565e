import { agentStatuses, priorities, requestAnswers } from '../../core/model/words.js'
import { callTool } from '../../tools/tool.js'
import { command, outcome, type Context } from '../command.js'
import { given } from '../given.js'
import { keyOption } from '../sharedOptions.js'
import { didYouMean, UsageError } from '../usageError.js'
import { answerText, askText, checkInText, claimedText, claimsText, forceReleasedText, releasedText, stoppedText } from '../views/claims.js'

const resourceWord = { usage: '<resource>', min: 1, max: 1 }
const tokenOption = { type: 'number', integer: true, value: 'N', help: 'Token of the lock: refused when somebody took it over since' } as const

/** The library's longest: nobody waits a year. */
const foreverMinutes = 60 * 24 * 365

export const claimCommands = [
  command({
    name: 'claim',
    summary: 'Lock files, folders, globs or names before working on them',
    details: 'Several are locked together: all or none. Claiming again what you hold renews it.\nPaths are meant from the current directory; names are written name:build or port:3000.',
    words: { usage: '<resource…>', min: 1, max: 500 },
    options: {
      minutes: { type: 'number', value: 'N', help: 'How long it lasts without renewal; default 30' },
      estimate: { type: 'number', value: 'N', help: 'Minutes you expect to need; shown to those who wait' },
      shared: { type: 'flag', help: 'Let others hold it too, as long as theirs are shared' },
      note: { type: 'text', value: 'T', help: 'What you are going to do' },
      wait: { type: 'flag', help: 'Queue up when somebody else holds it; Ctrl-C stops waiting' },
      timeout: { type: 'number', value: 'S', help: 'With --wait: seconds to wait; default: until it is free' },
      priority: { type: 'choice', choices: priorities, help: 'Place in the queue' },
      'take-over': { type: 'flag', help: 'Take over a stale lock, whose holder is gone or silent' },
      force: { type: 'flag', help: 'Lock a very broad glob, or take over a lock with uncommitted changes' },
      key: keyOption,
    },
    access: 'start',
    examples: [
      'muster claim src/auth.ts --note "fix login" --minutes 20',
      'muster claim src/a.ts src/b.ts port:3000',
      'muster claim src/auth.ts --wait --timeout 60',
    ],
    async run(context, options, words) {
      const { claimTool } = await import('../../tools/claim.js')
      if (options.timeout !== undefined && !options.wait) throw new UsageError('--timeout goes with --wait.')
      if (options.timeout !== undefined && options.timeout < 0) throw new UsageError('--timeout cannot be negative.')
      const { muster } = context
      const claiming = callTool(claimTool, muster, {
        resources: words,
        mode: options.shared ? 'shared' : 'exclusive',
        minutes: options.minutes,
        estimatedMinutes: options.estimate,
        note: options.note,
        wait: options.wait,
        // No time at all means: answer at once.
        timeoutMinutes: options.wait ? (options.timeout ?? foreverMinutes * 60) / 60 || undefined : undefined,
        priority: options.priority,
        takeOver: options['take-over'],
        force: options.force,
      }, { key: options.key, signal: context.interrupted })
      const result = options.wait ? await waitFor(claiming, context, words) : await claiming
      if (context.interrupted.aborted && !result.ok) {
        return outcome(result, () => 'Stopped waiting; nothing was locked.')
      }
      const shell = { words, waited: options.wait, cwd: context.host.cwd, root: muster.root, agent: context.global.agent }
      return outcome(result, (ui) => claimedText(result, shell, ui))
    },
  }),
  command({
    name: 'check-in',
    summary: 'Say how far you are and what you do next; renews your locks',
    words: { usage: '[resource]', min: 0, max: 1 },
    options: {
      progress: { type: 'number', value: 'N', help: 'Percent, of this lock or of your work as a whole' },
      message: { type: 'text', value: 'T', help: 'What happened' },
      status: { type: 'choice', choices: agentStatuses, help: 'How you are' },
      task: { type: 'text', value: 'T', help: 'What you work on' },
      next: { type: 'text', value: 'T', help: 'What you do next' },
      blocker: { type: 'text', value: 'T', help: 'What keeps you from going on; "" when nothing does any more' },
      'waiting-for': { type: 'list', value: 'NAME', help: 'Whom or what you wait for' },
      eta: { type: 'text', value: 'TIME', help: 'When you expect to be done, ISO 8601' },
      'last-test': { type: 'text', value: 'T', help: 'Last test run that passed' },
      modified: { type: 'list', value: 'FILE', help: 'A file you changed' },
      minutes: { type: 'number', value: 'N', help: 'New length of the lock' },
      token: { ...tokenOption, help: `${tokenOption.help}; goes with a resource` },
    },
    access: 'start',
    examples: ['muster check-in src/auth.ts --progress 60 --message "login done, logout next"', 'muster check-in --status blocked --blocker "no test database"'],
    async run({ muster }, options, [word]) {
      const { checkInTool } = await import('../../tools/checkIn.js')
      const result = await callTool(checkInTool, muster, {
        resource: word,
        progress: options.progress,
        message: options.message,
        status: options.status,
        currentTask: options.task,
        nextTask: options.next,
        blocker: options.blocker,
        waitingFor: given(options['waiting-for']),
        eta: options.eta,
        lastTest: options['last-test'],
        filesModified: given(options.modified),
        minutes: options.minutes,
        token: options.token,
      })
      return outcome(result, (ui) => checkInText(result, ui))
    },
  }),
  command({
    name: 'release',
    summary: 'Let go of a lock; whoever waits for it gets it',
    words: resourceWord,
    options: { message: { type: 'text', value: 'T', help: 'What you did, for the next one' }, token: tokenOption },
    access: 'join',
    examples: ['muster release src/auth.ts --message "login works"'],
    async run({ muster }, options, [word = '']) {
      const { releaseTool } = await import('../../tools/release.js')
      const result = await callTool(releaseTool, muster, { resource: word, ...options })
      return outcome(result, (ui) => releasedText(result, ui))
    },
  }),
  command({
    name: 'stop-waiting',
    summary: 'Give up your place in line for a lock',
    details: 'A claim that waits in a terminal gives its place up by itself when it ends. A lock that you hold is released instead.',
    words: resourceWord,
    options: {},
    access: 'join',
    examples: ['muster stop-waiting src/auth.ts --agent alpha'],
    async run({ muster }, _options, [resource = '']) {
      const { stopWaitingTool } = await import('../../tools/stopWaiting.js')
      const result = await callTool(stopWaitingTool, muster, { resource })
      return outcome(result, (ui) => stoppedText(result, ui))
    },
  }),
  command({
    name: 'claims',
    summary: 'List what is locked, by whom, and who waits',
    options: {
      mine: { type: 'flag', help: 'Only yours' },
      stale: { type: 'flag', help: 'Only those whose holder is gone or silent' },
    },
    access: 'look',
    examples: ['muster claims', 'muster claims --stale --json'],
    async run({ muster }, { mine, stale }) {
      // Switches need no check, so none is loaded.
      const claims = await muster.listClaims({ ...(mine && { mine }), ...(stale && { stale }) })
      return outcome({ ok: true, claims }, (ui) => claimsText(claims, ui))
    },
  }),
  command({
    name: 'force-release',
    summary: "End somebody else's lock; the holder is told",
    details: 'For people, not for agents. A stale lock is taken over instead: muster claim <resource> --take-over',
    words: resourceWord,
    options: { reason: { type: 'text', value: 'T', help: 'Told to the holder and kept', required: true } },
    access: 'join',
    examples: ['muster force-release src/auth.ts --reason "alpha hangs, release is due"'],
    async run({ muster }, { reason }, [word = '']) {
      const { forceReleaseTool } = await import('../../tools/forceRelease.js')
      const result = await callTool(forceReleaseTool, muster, { resource: word, reason })
      return outcome(result, (ui) => forceReleasedText(result, ui))
    },
  }),
  command({
    name: 'ask',
    summary: 'Ask the holder to release a lock',
    words: resourceWord,
    options: { body: { type: 'text', value: 'T', help: 'What you need it for', required: true } },
    access: 'join',
    examples: ['muster ask src/auth.ts --body "need it for the hotfix, 5 minutes"'],
    async run({ muster }, { body }, [word = '']) {
      const { askForReleaseTool } = await import('../../tools/askForRelease.js')
      const result = await callTool(askForReleaseTool, muster, { resource: word, text: body })
      return outcome(result, (ui) => askText(result, ui))
    },
  }),
  command({
    name: 'answer',
    summary: 'Answer somebody who asked for a lock of yours',
    details: 'release lets go of it at once, narrow keeps the parts named with --keep, keep says that you still need it.',
    words: { usage: '<id> <release|narrow|keep>', min: 2, max: 2 },
    options: {
      body: { type: 'text', value: 'T', help: 'What the one who asked should know' },
      keep: { type: 'list', value: 'RESOURCE', help: 'With narrow: a part of the lock that you hold on to' },
    },
    access: 'join',
    examples: ['muster answer m12 release --body "all committed"', 'muster answer m12 narrow --keep src/auth.ts'],
    async run({ muster }, { body, keep }, [id = '', answer = '']) {
      const { answerRequestTool } = await import('../../tools/answerRequest.js')
      if (!(requestAnswers as readonly string[]).includes(answer)) throw new UsageError(`The answer is one of ${requestAnswers.join(', ')}; not "${answer}".${didYouMean(answer, requestAnswers)}`)
      const result = await callTool(answerRequestTool, muster, { id, answer, text: body, keep })
      return outcome(result, (ui) => answerText(result, ui))
    },
  }),
]


/** Tells a person that it takes longer, and why the command does not end. */
async function waitFor<R>(claiming: Promise<R>, { notice }: Context, words: readonly string[]): Promise<R> {
  const timer = setTimeout(() => notice(`Waiting until ${words.length === 1 ? 'it is' : 'they are all'} free. Ctrl-C stops waiting.`), 500)
  try {
    return await claiming
  } finally {
    clearTimeout(timer)
  }
}
