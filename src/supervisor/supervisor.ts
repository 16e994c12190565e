import type { ProcessSupervisor } from '../core/deployCalls.js'
import type { Muster } from '../core/muster.js'
import type { Setting } from './setting.js'
import type { Program } from './keeperProcess.js'

export interface SupervisorOptions {
  program: Program | (() => Program)
  env?: NodeJS.ProcessEnv | (() => NodeJS.ProcessEnv)
  /** Default: the user's file; see configFile. */
  config?: Setting['config']
}

/** Deploys agents as processes of this machine. Loaded when it is used: most who open a folder deploy nothing. */
export function processSupervisor({ program, env: given = process.env, config }: SupervisorOptions): ProcessSupervisor<Muster> {
  const setting = (): Setting => {
    const env = typeof given === 'function' ? given() : given
    return { program: typeof program === 'function' ? program() : program, env, config: config ?? (async () => (await import('./config.js')).readConfig(env)) }
  }
  return {
    deploy: async (muster, agent) => (await import('./deploy.js')).deploy(muster, agent, setting()),
    stop: async (muster, id, reason) => (await import('./deploy.js')).stop(muster, id, reason, setting()),
    restart: async (muster, id, reason) => (await import('./deploy.js')).restart(muster, id, reason, setting()),
    log: async (muster, id, lines) => (await import('./deploy.js')).readLog(muster, id, lines),
  }
}
