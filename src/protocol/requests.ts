import * as z from 'zod'

const id = z.string().min(1).max(5_000)
/** What was clicked, as commands get it. */
const target = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('agent'), id }),
  z.strictObject({ type: z.literal('lock'), tree: z.string().max(5_000), resource: id, heldBy: z.string().max(5_000) }),
  z.strictObject({ type: z.literal('message'), id }),
  z.strictObject({ type: z.literal('decision'), id }),
  z.strictObject({ type: z.literal('task'), id }),
  z.strictObject({ type: z.literal('error'), id }),
  z.strictObject({ type: z.literal('run'), id }),
])
export type DashboardTarget = z.infer<typeof target>

/** Commands that a thing on the dashboard may ask for. Each of them asks a person before it changes anything that is not asked for by name. */
const acts = [
  'muster.openFile',
  'muster.showLock',
  'muster.askForRelease',
  'muster.takeOver',
  'muster.release',
  'muster.checkIn',
  'muster.showTerminal',
  'muster.sendMessage',
  'muster.openMessage',
  'muster.replyMessage',
  'muster.acknowledgeMessage',
  'muster.openDecision',
  'muster.approveDecision',
  'muster.rejectDecision',
  'muster.openTask',
  'muster.startTask',
  'muster.completeTask',
  'muster.openError',
  'muster.resolveError',
  'muster.openRunLog',
  'muster.openRunFolder',
  'muster.recoverRun',
  'muster.recoverAgents',
] as const
/** Commands that are about nothing in particular. */
const deeds = ['muster.turnOn', 'muster.tryAgain', 'muster.showProblem', 'muster.connectAgent', 'muster.claim', 'muster.sendMessage', 'muster.proposeDecision', 'muster.addTask', 'muster.logError'] as const
export type Act = (typeof acts)[number]
export type Deed = (typeof deeds)[number]

/** What the dashboard may ask of the editor: nothing else is listened to. */
export const dashboardRequest = z.discriminatedUnion('type', [
  /** `past`: what was looked back at when the page was left; with the number of the change where it was one. */
  z.strictObject({ type: z.literal('ready'), past: z.strictObject({ at: z.number().min(0).max(8.64e15), seq: z.number().int().min(0).optional() }).optional() }),
  z.strictObject({ type: z.literal('act'), act: z.enum(acts), target }),
  z.strictObject({ type: z.literal('do'), deed: z.enum(deeds) }),
  /** Shows the state as it was at a time, in ms since 1970. */
  z.strictObject({ type: z.literal('lookBack'), at: z.number().min(0).max(8.64e15) }),
  /** The change before or after the moment that is looked back at. */
  z.strictObject({ type: z.literal('step'), by: z.union([z.literal(1), z.literal(-1)]) }),
  z.strictObject({ type: z.literal('live') }),
  /** Whether the editor is still there: it answers that it is. */
  z.strictObject({ type: z.literal('stillThere') }),
  /** The timeline from the beginning. */
  z.strictObject({ type: z.literal('earlier') }),
  /** `errors`: how those on the page are filtered; '' is any. */
  z.strictObject({ type: z.literal('export'), format: z.enum(['csv', 'json']), errors: z.strictObject({ agent: z.string(), severity: z.string(), kind: z.string(), status: z.string() }) }),
])
/** Names or values of errors that are shown; '' is any. */
export type ErrorsShown = Extract<DashboardRequest, { type: 'export' }>['errors']
export type DashboardRequest = z.infer<typeof dashboardRequest>
