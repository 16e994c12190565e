import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { exactNames } from '../../core/names.js'
import { runMarks } from '../../core/rules/runs.js'
import { guardMode } from '../../core/system/guardMode.js'
import { treeOf } from '../../core/system/locate.js'
import { pushedChanges, stagedChanges } from '../../guard/changes.js'
import type { Held } from '../../guard/check.js'
import type { AgainstRole } from '../../guard/roles.js'
import { guardedHooks, hookFiles, installGuard, removeGuard, unguardedTrees, type HookFile } from '../../guard/gitHooks.js'
import { command, outcome, type Context, type Unusable } from '../command.js'
import { exitCodes } from '../exitCodes.js'
import { oneLine, say } from '../text/escape.js'

const around = 'MUSTER_GUARD=off before the git command lets it through'

export const guardCommands = [
  command({
    name: 'guard install',
    summary: 'Refuse commits of files that another agent has locked',
    details: 'Adds a few lines to the pre-commit, pre-merge-commit and pre-push hooks of this repository; hooks that are there are kept and called.\nWorks with husky, core.hooksPath and working trees; asks first where core.hooksPath is that of all repositories. Removed without a trace by: muster guard remove',
    options: {
      yes: { type: 'flag', help: 'Do not ask' },
      'dry-run': { type: 'flag', help: 'Only show which hooks it would be in, and whether it is' },
      command: { type: 'list', value: 'PROGRAM', help: 'What runs where muster is not on the PATH, word for word; default: this program' },
    },
    access: 'nothing',
    examples: ['muster guard install'],
    async run(context, { yes, command, 'dry-run': dryRun }) {
      const { host } = context
      const before = hookFiles(host.cwd)
      if (dryRun) return outcome({ ok: true, hooks: before }, () => before.map(({ path, state }) => `${oneLine(path)}: ${state === 'absent' ? 'not in it' : 'in it'}`).join('\n'))
      if (!yes && before.some(({ everywhere, state }) => everywhere && state === 'absent') && !(await agreed(context, before))) {
        return outcome({ ok: false, reason: 'NOT_CONFIRMED', hint: 'Nothing was changed. Add --yes to install it without being asked.', hooks: before }, () => `${everywhereText(before)}\nNothing was changed. Add --yes to install it without being asked.`)
      }
      const files = installGuard(host.cwd, command === undefined || command.length === 0 ? host.program : command)
      const trees = unguardedTrees(host.cwd)
      return outcome({ ok: true, hooks: files, unguarded: trees }, () => [`The guard is in place: ${list(files)}`, `A commit of files that somebody else has locked is refused now. ${around}.`, ...notes(files, trees)].join('\n'))
    },
  }),
  command({
    name: 'guard check',
    summary: 'Say which files about to be committed others have locked',
    details: `Looks at what is staged. Exit code 1 when somebody else holds some of it in this working tree; what agents that work under you hold, you are only told of. ${around}.`,
    options: { hook: { type: 'choice', choices: guardedHooks, help: 'The git hook that asks; pre-push reads the refs to push from stdin' } },
    access: 'look',
    examples: ['muster guard check'],
    run: async ({ muster, host, folder }, { hook }) => {
      if (hook !== undefined && guardMode(folder, host.env) === 'off') return outcome({ ok: true, held: [] }, () => '')
      const [claims, agents] = [await muster.listClaims(), await muster.listAgents()]
      const oldest = Math.min(Date.now(), ...claims.map(({ since }) => Date.parse(since)))
      const changes = hook === 'pre-push' ? pushedChanges(muster.root, readFileSync(0, 'utf8'), oldest) : stagedChanges(muster.root)
      const known = agents.find((agent) => agent.me)?.id ?? muster.agent
      const isKnownAgent = agents.find(({ id }) => id === known)?.kind === 'agent'
      // One of the window's agents, nobody knows which: the person of the window it is not.
      const isSomeAgent = !isKnownAgent && isAgentsTerminal(host.env)
      const tree = treeOf(muster.root)?.id ?? ''
      const [{ heldByOthers }, { againstRole }] = await Promise.all([import('../../guard/check.js'), import('../../guard/roles.js')])
      const facts = { changes, claims, agents, tree, me: isSomeAgent ? '' : known, names: muster.ledgerStatus().names ?? exactNames }
      const held = heldByOthers(facts)
      const role = againstRole({ ...facts, isRun: (folder) => runMarks.some((mark) => existsSync(join(muster.root, folder, mark))) })
      // What a dead agent left behind is a person's to commit; an agent takes it over first. Over their own agents' locks a person decides, having been told.
      const isPerson = !isKnownAgent && !isSomeAgent
      const refused = held.filter(({ gone, under }) => (isPerson ? !gone && !under : !under))
      const told = isPerson ? held : held.filter(({ under }) => !under)
      const warned = role && { againstRole: role }
      const text = (said: string): string => [said, ...(role ? [roleText(role)] : [])].filter((line) => line !== '').join('\n')
      if (refused.length === 0) return outcome({ ok: true, held: told, ...warned }, () => text(told.length === 0 ? (hook === undefined ? 'Nobody else has locked any of it.' : '') : toldText(told)))
      return outcome({ ok: false, reason: 'HELD', hint: `Wait for them, ask them, or leave the files out of this. ${around}.`, held: refused, ...warned }, () => text(refusal(refused, hook, isSomeAgent)))
    },
    unusable: (problem, { hook }) => (hook === undefined ? undefined : cannotLook(problem)),
  }),
  command({
    name: 'guard remove',
    summary: 'Take the guard out of the git hooks again',
    options: {},
    access: 'nothing',
    examples: ['muster guard remove'],
    run: async ({ host }) => {
      const before = hookFiles(host.cwd).filter(({ state }) => state !== 'absent')
      const files = removeGuard(host.cwd)
      return outcome({ ok: true, hooks: files }, () => (before.length === 0 ? 'The guard was not installed.' : `The guard is gone from ${list(before)}.`))
    },
  }),
]

/** A terminal that an agent of the editor runs its commands in, as the editor marks it: VS Code, Cursor. */
function isAgentsTerminal(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env['COPILOT_AGENT'] || env['CURSOR_AGENT'])
}

/** For git's hooks: where Muster is not turned on, nobody has locked anything; where it is broken, the guard's setting counts. */
function cannotLook({ folder, error, host }: Unusable): ReturnType<typeof outcome> {
  const mode = guardMode(folder, host.env)
  if (!existsSync(folder) || mode === 'off') return outcome({ ok: true, held: [] }, () => '')
  const { code, message } = error
  const why = oneLine(message).replace(/\.$/, '')
  if (mode === 'closed') return outcome({ ok: false, error: { code, message, hint: around } }, () => `muster: ${why}. The guard cannot look, and is closed; ${around}.`)
  return { ...outcome({ ok: false, error: { code, message } }, () => `muster: ${why}. So nobody looked whether others have locked these files.`), exit: exitCodes.unusable }
}

async function agreed({ host, global, print }: Context, files: readonly HookFile[]): Promise<boolean> {
  if (global.json || host.ask === undefined) return false
  print({}, () => everywhereText(files))
  return /^y(es)?$/i.test((await host.ask('Install it? [y/N] ')).trim())
}

function everywhereText(files: readonly HookFile[]): string {
  return `core.hooksPath is set for all repositories of yours: their hooks are in ${oneLine(dirname(files[0]?.path ?? ''))}.\nThe guard would run with every commit in each of them, and do nothing where Muster is not turned on.`
}

/** Said, and nothing more: what a role leaves to others is not forbidden. */
function roleText({ role, files }: AgainstRole): string {
  const some = oneLine(files.slice(0, 10).join(', ')) + (files.length > 10 ? ` and ${files.length - 10} more` : '')
  return role === 'executor'
    ? `muster: you are an executor with a run, and this is outside of its folder and your locks: ${some}. Leave shared documents to the guide, or lock such files first.`
    : `muster: you are a guide, and this is inside of a run: ${some}. What an executor made there is evidence; write what you find elsewhere.`
}

function notes(files: readonly HookFile[], trees: readonly string[]): string[] {
  const found = files.some(({ shared }) => shared) ? ['These hooks belong to the project: they look for muster on the PATH; where it is not, they say so and let everything through.'] : []
  const missed = trees.length === 0 ? [] : [`git finds no guard in ${trees.map(oneLine).join(', ')}: each working tree has hooks of its own here. Where husky\'s are missing, run its install there; then muster guard install.`]
  return [...found, ...missed]
}

function list(files: readonly HookFile[]): string {
  return files.map(({ path, state }) => `${oneLine(path)}${state === 'added' || state === 'wrapped' ? ' (with the hook that was there)' : ''}`).join(', ')
}

function toldText(held: readonly Held[]): string {
  return held.map(({ file, heldBy, gone }) => (gone ? say`Committing what ${heldBy} left behind: ${file}` : say`Committing what ${heldBy} is at work on: ${file}`)).join('\n')
}

function refusal(held: readonly Held[], hook: string | undefined, isSomeAgent: boolean): string {
  const files = held.map(({ file, heldBy, progress, gone }) => say`  ${file}: ${heldBy}${gone ? ', who is gone' : ''}${progress === undefined ? '' : `, ${progress} % done`}`)
  const what = hook === 'pre-push' ? 'These commits change' : hook === 'pre-merge-commit' ? 'This merge changes' : 'This commit changes'
  const merge = hook === 'pre-merge-commit' ? ' git merge --abort puts everything back.' : ''
  const own = isSomeAgent ? ' Where a lock is your own, put MUSTER_AGENT=<your id> before the git command.' : ''
  return `muster: ${what} files that others have locked:\n${files.join('\n')}\nWait for them (muster claim <file> --wait), ask them (muster ask <file> --body "…"), or leave the files out.${own}${merge} ${around}.`
}
