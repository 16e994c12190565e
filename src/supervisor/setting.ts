import type { DeployConfig } from './config.js'
import type { Program } from './keeperProcess.js'

/** What deploying needs besides the records. */
export interface Setting {
  /** Muster's command line: keepers are it. */
  program: Program
  config(): Promise<DeployConfig>
  env: NodeJS.ProcessEnv
}
