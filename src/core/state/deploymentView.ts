import type { Deployment, DeploymentView } from '../model/deployment.js'
import { resourceLabel } from '../model/resource.js'
import { deploymentLives, unseenEnd } from '../rules/presence.js'
import type { Context } from '../rules/rule.js'
import { iso } from './iso.js'

export function deploymentView(deployment: Deployment, context: Context): DeploymentView {
  const { background, template, pool, readOnly, scopes, restart, restarts, maxRestarts, budgetMinutes, by, made, began, ran, ended, keeper, process, lastLine, warning, asked } = deployment
  const lost = deployment.phase !== 'ended' && !deploymentLives(deployment, context)
  const phase = lost ? 'ended' : deployment.phase
  const exit = lost && began ? unseenEnd : deployment.exit
  return {
    number: made.seq, phase, background, kind: pool.kind, readOnly, scopes: scopes.map(resourceLabel), restart, restarts, maxRestarts, by, madeAt: iso(made),
    ...defined({ template, budgetMinutes, keeper, process, exit, lastLine, warning, beganAt: began && iso(began), ranAt: ran && iso(ran), endedAt: ended && iso(ended) }),
    kept: keeper !== undefined && !context.hasEnded(keeper),
    ...(lost && { lost }),
    ...(asked && { asked: { what: asked.what, by: asked.by, reason: asked.reason } }),
  }
}

function defined<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> }
}
