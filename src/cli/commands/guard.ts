import { readFileSync } from 'node:fs'
import { exactNames } from '../../core/names.js'
import { guardMode } from '../../core/system/guardMode.js'
import { treeOf } from '../../core/system/locate.js'
import { pushedChanges, stagedChanges } from '../../guard/changes.js'
import type { Held } from '../../guard/check.js'
import { guardedHooks, hookFiles, installGuard, removeGuard, type HookFile } from '../../guard/gitHooks.js'
import { command, outcome } from '../command.js'
import { oneLine, say } from '../text/escape.js'

const around = 'MUSTER_GUARD=off before the git command lets it through'

export const guardCommands = [
  command({
    name: 'guard install',
    summary: 'Refuse commits of files that another agent has locked',
    details: 'Adds a few lines to the pre-commit and pre-push hooks of this repository; hooks that are there are kept and called.\nWorks with husky, core.hooksPath and working trees. Removed without a trace by: muster guard remove',
    options: {},
    access: 'nothing',
    examples: ['muster guard install'],
    run: async ({ host }) => {
      const files = installGuard(host.cwd, host.program)
      const found = files.some(({ shared }) => shared) ? '\nThese hooks belong to the project: they look for muster on the PATH, and let everything through where it is not.' : ''
      return outcome({ ok: true, hooks: files }, () => `The guard is in place: ${list(files)}\nA commit of files that somebody else has locked is refused now. ${around}.${found}`)
    },
  }),
  command({
    name: 'guard check',
    summary: 'Say which files about to be committed others have locked',
    details: `Looks at what is staged. Exit code 1 when somebody else holds some of it in this working tree. ${around}.`,
    options: { hook: { type: 'choice', choices: guardedHooks, help: 'The git hook that asks; pre-push reads the refs to push from stdin' } },
    access: 'look',
    examples: ['muster guard check'],
    run: async ({ muster, host, folder }, { hook }) => {
      if (hook !== undefined && guardMode(folder, host.env) === 'off') return outcome({ ok: true, held: [] }, () => '')
      const [claims, agents] = [await muster.listClaims(), await muster.listAgents()]
      const oldest = Math.min(Date.now(), ...claims.map(({ since }) => Date.parse(since)))
      const changes = hook === 'pre-push' ? pushedChanges(muster.root, readFileSync(0, 'utf8'), oldest) : stagedChanges(muster.root)
      const me = agents.find((agent) => agent.me)?.id ?? muster.agent
      const tree = treeOf(muster.root)?.id ?? ''
      const { heldByOthers } = await import('../../guard/check.js')
      const held = heldByOthers({ changes, claims, agents, tree, me, names: muster.ledgerStatus().names ?? exactNames })
      // What a dead agent left behind is a person's to commit; an agent takes it over first.
      const isPerson = agents.find(({ id }) => id === me)?.kind !== 'agent'
      const refused = held.filter(({ gone }) => !gone || !isPerson)
      if (refused.length === 0) return outcome({ ok: true, held }, () => (held.length === 0 ? (hook === undefined ? 'Nobody else has locked any of it.' : '') : say`Committing what ${held[0]!.heldBy} left behind.`))
      return outcome({ ok: false, reason: 'HELD', hint: `Wait for them, ask them, or leave the files out of this. ${around}.`, held: refused }, () => refusal(refused, hook))
    },
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

function list(files: readonly HookFile[]): string {
  return files.map(({ path, state }) => `${oneLine(path)}${state === 'added' || state === 'wrapped' ? ' (with the hook that was there)' : ''}`).join(', ')
}

function refusal(held: readonly Held[], hook: string | undefined): string {
  const files = held.map(({ file, heldBy, progress, gone }) => say`  ${file}: ${heldBy}${gone ? ', who is gone' : ''}${progress === undefined ? '' : `, ${progress} % done`}`)
  const what = hook === 'pre-push' ? 'These commits change' : 'This commit changes'
  return `muster: ${what} files that others have locked:\n${files.join('\n')}\nWait for them (muster claim <file> --wait), ask them (muster ask <file> --body "…"), or leave the files out. ${around}.`
}
