import assert from 'node:assert/strict'
import { openMuster } from '../../../src/core/open.js'
import type { Muster } from '../../../src/core/muster.js'
import { runHook, type HookResult } from '../../../src/hooks/run.js'
import { Sandbox } from '../system/sandbox.js'

/** A repository with Muster turned on, and hooks called in it as Claude Code does. */
export class HookedRepository {
  readonly sandbox = new Sandbox()
  readonly root = this.sandbox.repository()
  readonly folder = `${this.root}/.muster`

  /** Somebody else, by the library. */
  async other(agent = 'ada', options: object = {}): Promise<Muster> {
    return openMuster({ folder: this.folder, agent, root: this.root, attached: false, watch: false, ...options })
  }

  async turnOn(): Promise<this> {
    await (await this.other()).startup()
    return this
  }

  input(session: string, event: string, fields: object = {}): object {
    return { session_id: session, transcript_path: '/t.jsonl', cwd: this.root, permission_mode: 'default', hook_event_name: event, ...fields }
  }

  call(input: object, env: NodeJS.ProcessEnv = {}): Promise<HookResult> {
    return runHook([''], JSON.stringify(input), { cwd: this.root, env: { MUSTER_PROGRAM: 'none', ...env } })
  }

  /** As JSON; undefined where the hook said nothing. */
  async hook(session: string, event: string, fields: object = {}, env: NodeJS.ProcessEnv = {}): Promise<Record<string, unknown> | undefined> {
    const { out, problem, exit } = await this.call(this.input(session, event, fields), env)
    assert.deepEqual({ problem, exit }, { problem: '', exit: 0 })
    return out === '' ? undefined : JSON.parse(out) as Record<string, unknown>
  }

  async edit(session: string, file: string, fields: object = {}, env: NodeJS.ProcessEnv = {}): Promise<string | undefined> {
    const said = await this.hook(session, 'PreToolUse', { tool_name: 'Edit', tool_input: { file_path: this.sandbox.path('repo', file) }, ...fields }, env)
    return said === undefined ? undefined : String((said['hookSpecificOutput'] as Record<string, unknown>)['permissionDecisionReason'])
  }

  async wrote(session: string, file: string, fields: object = {}): Promise<string | undefined> {
    const said = await this.hook(session, 'PostToolUse', { tool_name: 'Edit', tool_input: { file_path: this.sandbox.path('repo', file) }, ...fields })
    return said === undefined ? undefined : contextOf(said)
  }

  async locks(): Promise<string[]> {
    const someone = await this.other()
    const claims = await someone.listClaims()
    await someone.close()
    return claims.map(({ resource, heldBy, tree }) => `${resource}${tree === '' ? '' : ` [${tree}]`} ${heldBy}`).sort()
  }

  remove(): void {
    this.sandbox.dispose()
  }
}

export function contextOf(said: Record<string, unknown> | undefined): string {
  return String((said?.['hookSpecificOutput'] as Record<string, unknown> | undefined)?.['additionalContext'] ?? '')
}

/** What stands in the marked field of a text. */
export function markedIn(text: string): Record<string, unknown> {
  const [, data = ''] = /<muster-data [^>]*>\n([^\n]*)\n<\/muster-data>/.exec(text) ?? []
  return JSON.parse(data) as Record<string, unknown>
}
