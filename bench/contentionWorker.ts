import { openMuster } from '../src/core/open.js'

const [, , folder = '', agent = ''] = process.argv
const m = await openMuster({ folder, agent, watch: false })
process.once('message', (seconds: number) => void work(seconds))
process.send!('ready')

async function work(seconds: number): Promise<void> {
  const end = performance.now() + seconds * 1000
  let [claims, longest] = [0, 0]
  for (let i = 0; performance.now() < end; i++) {
    const start = performance.now()
    const result = await m.claim(`src/${agent}-${i % 100}.ts`)
    longest = Math.max(longest, performance.now() - start)
    if (!result.ok) throw new Error(result.hint)
    claims++
    await m.release(result.resource)
  }
  process.send!({ claims, longest })
  await m.close()
  process.disconnect()
}
