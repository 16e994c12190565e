import { DeployOperations } from './deployOperations.js'
import { parse } from './acting.js'
import type { CheckInOptions, CheckInResult } from './model/operations.js'
import type * as op from './model/saveOperations.js'
import type { Save } from './model/save.js'
import type { World } from './muster.js'
import type { SaveCalls } from './saveCalls.js'
import type { SaveStore } from './saves/store.js'
import { tell } from './tell.js'

/** Operations on saved windows. All they need is loaded when one of them is called: few processes ever do. */
export abstract class SaveOperations extends DeployOperations implements SaveCalls {
  abstract refresh(): Promise<World>
  abstract state(): World
  abstract checkIn(resource: string | null, options?: CheckInOptions): Promise<CheckInResult>

  async saveSession(input: op.SaveInput = {}): Promise<op.SaveResult> {
    const [{ saveInput }, { bodyOf, sessionOf }, store] = await Promise.all([import('./model/saveOperations.js'), import('./saves/capture.js'), this.saves()])
    const { content, reason, keep, replaces } = parse(saveInput, input, 'save of a window')
    const window = content === undefined ? '' : this.agent
    // What is not on disk yet is better than nothing: the records may be what is in trouble.
    const world = await this.refresh().catch(() => this.state())
    const { save, path, written } = await store.write(window, bodyOf(world, this.parts.root, window, content), { reason, keep, replaces })
    return { ok: true, saved: written, session: sessionOf({ id: save.id, window, path, save }), path }
  }

  async listSessions(): Promise<op.SessionList> {
    const [{ sessionOf, damageOf }, store] = await Promise.all([import('./saves/capture.js'), this.saves()])
    const found = await store.all()
    return { ok: true, sessions: found.flatMap((one) => ('save' in one ? [sessionOf(one)] : [])), damaged: found.flatMap((one) => ('problem' in one ? [damageOf(one)] : [])) }
  }

  async sessionStatus(): Promise<op.SessionStatus> {
    const [{ lineOf }, { agents }, { sessions: [last] }] = await Promise.all([import('./saves/capture.js'), this.refresh(), this.listSessions()])
    return { ok: true, agents: agents.filter(({ kind }) => kind === 'agent').map(lineOf), ...(last && { last }) }
  }

  async readSession(id: string): Promise<Save | undefined> {
    const found = await (await this.saves()).find(id)
    return found && 'save' in found ? found.save : undefined
  }

  async recoverSession(options: op.RecoverOptions = {}): Promise<op.RecoverResult> {
    const [{ recoverOptions }, { sessionOf }, { giveBack, openOf }, store] = await Promise.all([import('./model/saveOperations.js'), import('./saves/capture.js'), import('./saves/giveBack.js'), this.saves()])
    const { id, dryRun } = parse(recoverOptions, options, 'way to recover')
    if (!dryRun) await this.parts.join()
    const all = (await store.all()).flatMap((one) => ('save' in one ? [one] : []))
    const found = id === undefined ? (all.find(({ window }) => window === this.agent) ?? all[0]) : all.find((one) => one.id === id)
    if (found === undefined) return { ok: false, reason: 'NOT_FOUND', hint: id === undefined ? tell`Nothing was saved yet. Save with: muster session save` : tell`There is no such save, or it cannot be read. See: muster session list` }
    const { save } = found
    const tree = this.parts.tree.resolve('x')
    const given = await giveBack(this, save, { tree: tree.kind === 'name' ? '' : tree.tree, root: this.parts.root }, dryRun)
    return { ok: true, dryRun, session: sessionOf(found), ...(save.agent !== undefined && { agent: save.agent }), ...given, open: openOf(save), next: nextStep(save, this.agent) }
  }

  protected async saves(): Promise<SaveStore> {
    const { SaveStore } = await import('./saves/store.js')
    return new SaveStore(this.parts.folder)
  }
}

function nextStep({ agent, content }: Save, caller: string): string {
  const locks = agent !== undefined && agent !== caller ? `For the locks of ${agent}: muster session recover --agent ${agent}. ` : ''
  if (content === undefined) return `${locks}To see where agents stood: muster recovery list`
  return `${locks}Editors, unsaved text and terminals come back in the window: run "Muster: Recover Session…" there.`
}
