import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import { VsCode } from '../driver/vsCode.js'
import type { Window } from '../driver/window.js'
import { Repository } from './repository.js'

const DASHBOARD = 'muster-dashboard'

describe('an editor in German', () => {
  let repository: Repository
  let code: VsCode
  let window: Window

  before(async () => {
    repository = new Repository()
    code = await VsCode.start()
    window = await code.openWindow(repository.root, { language: 'de' })
    await window.runCommand('View: Show Muster')
  })
  afterEach(function () { return code.saveEvidence(this.currentTest) })
  after(async () => {
    await code?.stop()
    repository?.remove()
  })

  it('has German views, with what they say before Muster is on', async () => {
    await eventually('the German welcome', async () => (await window.tree.message('Agenten')).includes('Muster ist in diesem Repository ausgeschaltet'))
  })

  it('has German rows and a German status bar', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--note', 'totals'])
    await repository.cli('gamma', ['check-in', 'src/cart.ts', '--progress', '60'])
    await window.tree.waitForRow('Sperren', /cart\.ts · gamma · 60 % · seit (< )?1 min/)
    await window.tree.waitForRow('Agenten', /gamma · (jetzt|vor 1 min) · 60 % · cart\.ts/)
    assert.match(await window.tree.hover('Sperren', (row) => row.label === 'cart.ts'), /Gesperrt von: gamma[\s\S]*Notiz: totals/)
    await window.statusBar.waitFor('muster.status', /Dieses Fenster ist Maria/)
  })

  it('has German commands and questions', async () => {
    await window.runCommand('Muster: Um Freigabe bitten')
    await window.quickInput.waitFor('Um Freigabe bitten')
    await window.quickInput.pick('src/cart.ts')
    await window.quickInput.waitFor('gamma um die Freigabe von cart.ts bitten')
    await window.quickInput.fill('Bitte')
    await window.quickInput.confirm()
    await eventually('the message to gamma', async () => JSON.stringify(await repository.cli('gamma', ['inbox'])).includes('Bitte'))
  })

  it('has a German dashboard, which is told so in its page', async () => {
    await window.runCommand('Muster: Dashboard öffnen')
    await eventually('the verdict', async () => /Alles in Ordnung/.test(await (await window.webview.find(DASHBOARD, '.verdict')).innerText()))
    const locks = await window.webview.find(DASHBOARD, '[data-list=locks]')
    await eventually('the lock', async () => /Sperren[\s\S]*cart\.ts[\s\S]*gamma · 60 % · bleibt noch \d+ min/.test(await locks.innerText()))
    await locks.getByRole('button', { name: 'Bitten: src/cart.ts' }).waitFor()
    assert.equal(await (await window.webview.frame(DASHBOARD)).locator('html').getAttribute('lang'), 'de')
    assert.deepEqual(await window.webview.seriousFindings(DASHBOARD), [])
    await window.screenshot('dashboard german 1440')
  })
})
