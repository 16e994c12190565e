import assert from 'node:assert/strict'
import { cable, connect, disconnect, inside, machineOf, mayMakeNetworks } from '../../postgres/networks.js'
import { Proxy } from '../../postgres/proxy.js'
import { TestServer } from '../../postgres/server.js'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const STATUS = 'muster.status'
const machines = [machineOf(5, true), machineOf(6, true)] as const
const networks = mayMakeNetworks()

/** Each machine has an editor, a clone and a network of its own; they meet in the database only. */
describe('two machines with networks of their own, an editor each, and one database', () => {
  let server: TestServer
  const relays: Proxy[] = []
  const clones: Repository[] = []
  const codes: VsCode[] = []
  const windows: Window[] = []

  before(async function () {
    if (!networks) return this.skip()
    server = await TestServer.start()
    for (const [index, machine] of machines.entries()) {
      connect(machine)
      const relay = await Proxy.to(server.port, machine.host)
      relays.push(relay)
      const clone = new Repository()
      clones.push(clone)
      clone.git('remote', 'add', 'origin', 'https://github.com/acme/shop.git')
      if (index === 1) clone.git('config', 'user.name', 'Bea')
      const address = relay.addressOf(server.address).replace('127.0.0.1', machine.host)
      const code = await VsCode.start({ network: { enter: inside(machine), host: machine.screen!.own }, env: { MUSTER_LEDGER: `${address}?sslmode=disable` } })
      codes.push(code)
      const window = await code.openWindow(clone.root, { name: index === 0 ? 'near' : 'far' })
      windows.push(window)
      await window.runCommand('View: Show Muster')
      await window.runCommand('Muster: Turn On Muster Here')
      await window.statusBar.waitFor(STATUS, index === 0 ? 'Maria' : 'Bea')
    }
  })
  afterEach(async function () {
    for (const code of codes) await code.saveEvidence(this.currentTest)
  })
  after(async () => {
    for (const code of codes) await code.stop()
    for (const relay of relays) await relay.close()
    await server?.stop()
    for (const clone of clones) clone.remove()
    if (networks) for (const machine of machines) disconnect(machine)
  })

  it('show each other; the one that is cut off says so, shows what it knew and refuses to write, and catches up when it is back', async () => {
    const [near, far] = windows as [Window, Window]
    await near.editor.open('cart.ts')
    await near.runCommand('Muster: Lock This File')
    await far.tree.waitForRow('Locks', /cart\.ts · Maria/)

    cable(machines[1], 'down')
    await far.statusBar.waitFor(STATUS, 'offline since')
    await eventually('the words above the agents', async () => /Not connected to the database since .*nothing can be changed, and nothing is kept back/s.test(await far.tree.message('Agents')))
    await far.tree.waitForRow('Locks', /cart\.ts · Maria/)
    await far.editor.open('README.md')
    await far.runCommand('Muster: Lock This File')
    await far.notifications.waitFor(/Not connected to the database since/)
    await far.screenshot('network cut off')
    await far.notifications.clear()
    // Meanwhile, elsewhere.
    await near.runCommand('Muster: Release Lock')
    await near.quickInput.pick('cart.ts')
    await near.editor.open('pay.ts')
    await near.runCommand('Muster: Lock This File')
    await near.tree.waitForRow('Locks', /pay\.ts · you/)
    assert.ok((await far.tree.rows('Locks')).some(({ label }) => label === 'cart.ts'), 'what was known last')

    cable(machines[1], 'up')
    await far.statusBar.waitFor(STATUS, /\bBea(?! \d)/)
    await far.tree.waitForRow('Locks', /pay\.ts · Maria/)
    assert.equal((await near.tree.rows('Locks')).some(({ label }) => label === 'README.md'), false, 'nothing was kept back to be written later')
    await far.editor.open('README.md')
    await far.runCommand('Muster: Lock This File')
    await near.tree.waitForRow('Locks', /README\.md · Bea/)
    await far.screenshot('network back')
  })
})
