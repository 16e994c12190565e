import type { Answer } from '../supervisor/runProgram.js'
import type { MusterWindow } from './musterWindow.js'
import type { Supervisor } from './supervision.js'

/** The documents of the project, by Muster's command line in a process of its own: they are seldom needed, and much code. */
export class ProjectDocuments {
  constructor(private readonly window: MusterWindow, private readonly supervisor: Pick<Supervisor, 'run'>) {}

  /** What only looks, and may name somebody by `--agent`. @throws as {@link Supervisor.run} */
  look<T extends Answer>(args: readonly string[], how: { input?: string; signal?: AbortSignal } = {}): Promise<T> {
    const muster = this.muster()
    return this.supervisor.run<T>([...args, '--folder', muster.folder], muster.root, muster.folder, how)
  }

  /** What writes, as whom this window speaks for. @throws as {@link Supervisor.run} */
  act<T extends Answer>(args: readonly string[]): Promise<T> {
    return this.look<T>([...args, '--agent', this.muster().agent])
  }

  private muster(): NonNullable<MusterWindow['muster']> {
    const { muster } = this.window
    if (muster === undefined) throw new Error('Documents of a project are asked for where Muster is not on.')
    return muster
  }
}
