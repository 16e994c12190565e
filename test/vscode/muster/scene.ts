import { setTimeout as sleep } from 'node:timers/promises'
import { pathToFileURL } from 'node:url'
import type { Muster, OpenOptions } from '../../../src/core/muster.js'
import { library, type Repository } from './repository.js'

interface Library {
  open(options: OpenOptions): Promise<Muster>
}

/** A team in the middle of its work, with something of everything: what a dashboard is looked at for. Answers who is still there. */
export async function busyTeam(repository: Repository): Promise<Muster[]> {
  const { open } = (await import(pathToFileURL(library).href)) as Library
  const join = (agent: string, options: OpenOptions = {}): Promise<Muster> => open({ folder: repository.folder, root: repository.root, agent, watch: false, ...options })
  const lead = await join('ana-lead', { role: 'lead', model: 'Opus', brief: 'Bring the checkout live by Friday' })
  const cart = await join('claude-cart', { role: 'worker', model: 'Sonnet' })
  const pay = await join('codex-pay', { role: 'worker', model: 'GPT-5' })
  const docs = await join('copilot-docs', { root: repository.worktree })
  const left = await join('gemini-old', { attached: false })
  for (const [title, priority, phase] of [['Totals in whole cents', 'P0', 'Checkout'], ['Retry a payment that timed out', 'P0', 'Checkout'], ['Show the totals in the basket', 'P1', 'Checkout'], ['Describe the API', 'P2', 'Docs'], ['Remove the old basket', 'P2', undefined]] as const) {
    await lead.addTask({ title, priority, ...(phase && { phase }) })
  }
  await lead.addTask({ title: 'Release', priority: 'P1', phase: 'Checkout', dependsOn: ['T-1', 'T-2'] })
  await cart.startTask('T-1')
  await cart.claim('src/cart.ts', { estimatedMinutes: 25, note: 'Totals in whole cents' })
  await left.claim('src/old/basket.ts', { minutes: 0.02, note: 'Taking the old basket out' })
  await pay.startTask('T-2')
  await pay.claimAll(['src/pay.ts', 'src/pay/retry.ts', 'name:build'], { estimatedMinutes: 40 })
  await docs.claim('README.md', { note: 'API description' })
  await cart.checkIn('src/cart.ts', { progress: 20, message: 'Found where rounding happens' })
  await sleep(1_500)
  await docs.claim('src/cart.ts', { note: 'Comments only' })
  await lead.sendMessage({ to: 'all', subject: 'Freeze at 18:00', body: 'Check in what you have by then, please.', priority: 'high', deadlineMinutes: 90 })
  await pay.sendMessage({ to: 'claude-cart', subject: 'Are cents final?', body: 'I would store the amount as an integer then.' })
  await cart.logError({ message: 'Rounding differs between the basket and the invoice', severity: 'high', kind: 'code_error', resource: 'src/cart.ts' })
  for (let time = 0; time < 3; time++) await pay.logError({ message: 'The payment sandbox answers 504', severity: 'medium', kind: 'timeout' })
  await docs.logError({ message: 'src/cart.ts was changed by a formatter while claude-cart held it', severity: 'low', kind: 'conflict' })
  await lead.logDecision({ title: 'Store amounts as whole cents', decision: 'Integers everywhere, formatting at the edge', impact: 'high', category: 'data' })
  await pay.logDecision({ title: 'Retry payments three times', decision: 'With 2, 8 and 30 seconds in between', impact: 'medium' })
  await pay.requestHelp('ana-lead', { subject: 'No key for the payment sandbox', body: 'The one in the vault has run out.', priority: 'high' })
  await cart.checkIn('src/cart.ts', { progress: 65, message: 'Tests for half-even rounding', status: 'working', branch: 'main' })
  await pay.checkIn('src/pay.ts', { progress: 35, message: 'Backing off between tries' })
  await pay.checkIn(null, { status: 'blocked', blocker: 'Needs a new sandbox key' })
  await docs.checkIn(null, { progress: 80, message: 'Last page' })
  await cart.completeTask('T-1', 'Half even')
  await lead.sendMessage({ to: 'maria', subject: 'Please decide on cents today', body: 'Two of us wait for it.', priority: 'urgent' })
  await sleep(1_500)
  return [lead, cart, pay, docs, left]
}

const tags = ['<script>globalThis.hit=1</script>', '<img src=x onerror=globalThis.hit=1>', '<svg onload=globalThis.hit=1>', '<svg><script>globalThis.hit=1</script></svg>', '<iframe srcdoc="<script>parent.hit=1</script>">', '<body onload=globalThis.hit=1>', '<a href="javascript:globalThis.hit=1">x</a>', '<a href="command:workbench.action.closeWindow">x</a>', '<form action="javascript:globalThis.hit=1"><button>x</button></form>', '<details open ontoggle=globalThis.hit=1>', '<input autofocus onfocus=globalThis.hit=1>', '<video><source onerror=globalThis.hit=1></video>', '<math><mi xlink:href="javascript:globalThis.hit=1">x', '<object data="javascript:globalThis.hit=1">', '<embed src="javascript:globalThis.hit=1">', '<style>@import "https://evil.example/x.css"</style>', '<link rel=stylesheet href=https://evil.example/x.css>', '<base href="https://evil.example/">', '<meta http-equiv=refresh content="0;url=https://evil.example">', '<template><img src=x onerror=globalThis.hit=1></template>']
const frames = ['$', '">$', "'>$", '</button>$', '-->$', '${$}']
/** More than a hundred texts that would run, load or lead somewhere wherever they were taken for anything but text. */
export const hostile: readonly string[] = [...frames.flatMap((frame) => tags.map((tag) => frame.replace('$', () => tag))), '[x](command:workbench.action.closeWindow)', '![x](https://evil.example/x.png)', '\u202egnp.exe', '&lt;img src=x&gt;', '{{constructor.constructor("globalThis.hit=1")()}}', '[x](javascript:globalThis.hit=1)', '[x](vscode://evil.example/x)', '[x](data:text/html,<script>globalThis.hit=1</script>)', '[https://bank.example](https://evil.example/steal)', '[bank.example](https://bank.example@evil.example/)', '![](https://evil.example/y.png "t")', '[x][r] [r]: javascript:globalThis.hit=1', '<https://evil.example/auto>', '$\\href{javascript:globalThis.hit=1}{x}$', '```mermaid\ngraph TD; A-->B; click A href "javascript:globalThis.hit=1"\n```', '```" onload=globalThis.hit=1\nx\n```', '---\nhidden: yes\n---', '[x](../../../../etc/passwd)', '[x](file:///etc/passwd)']

/** Puts each of the texts into some field, and all fields have one of them. */
export async function hostileTeam(repository: Repository): Promise<Muster[]> {
  const { open } = (await import(pathToFileURL(library).href)) as Library
  let number = 0
  const text = (): string => hostile[number++ % hostile.length]!
  const team: Muster[] = []
  for (let round = 0; round < 8; round++) {
    const m = await open({ folder: repository.folder, root: repository.root, agent: `h${round} ${text()}`, model: text(), brief: text(), watch: false })
    team.push(m)
    await m.claim(`name:${round}${text().replaceAll('/', '-')}`, { note: text() })
    await m.checkIn(null, { message: text(), currentTask: text(), branch: text(), progress: 10 * round })
    await m.sendMessage({ to: 'maria', subject: text(), body: text() })
    await m.requestHelp('maria', { subject: text(), body: text() })
    await m.logDecision({ title: text(), decision: text(), context: text(), category: text() })
    await m.logError({ message: text(), resource: text(), stack: text() })
    await m.addTask({ title: text(), phase: text() })
  }
  return team
}
