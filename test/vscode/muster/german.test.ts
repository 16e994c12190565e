import assert from 'node:assert/strict'
import { eventually } from '../driver/eventually.js'
import type { Window } from '../driver/window.js'
import { ownWindow } from './ownWindow.js'
import type { Repository } from './repository.js'

const DASHBOARD = 'muster-dashboard'
const DOCUMENT = 'body.muster-document main h1'

describe('an editor in German', () => {
  let repository: Repository
  let window: Window
  ownWindow({ language: 'de', ready: (opened) => opened.window.runCommand('View: Show Muster') }, (opened) => ({ repository, window } = opened))

  it('has German views, with what they say before Muster is on', async () => {
    await eventually('the German welcome', async () => (await window.tree.message('Agenten')).includes('Muster ist in diesem Repository ausgeschaltet'))
  })

  it('has German rows and a German status bar', async () => {
    await repository.cli('gamma', ['claim', 'src/cart.ts', '--note', 'totals'])
    await repository.cli('gamma', ['check-in', 'src/cart.ts', '--progress', '60'])
    await window.tree.waitForRow('Sperren', /cart\.ts · gamma · 60 % · noch (30|29) min/)
    await window.tree.waitForRow('Agenten', /gamma · (jetzt|vor \d+ min) · 60 % · cart\.ts/)
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
    await eventually('the lock', async () => /Sperren[\s\S]*cart\.ts[\s\S]*gamma · 60 % · bleibt noch \d+ min/.test((await locks.innerText()).replaceAll('\u00a0', ' ')))
    await locks.getByRole('button', { name: 'Bitten: src/cart.ts' }).waitFor()
    assert.equal(await (await window.webview.frame(DASHBOARD)).locator('html').getAttribute('lang'), 'de')
    assert.deepEqual(await window.webview.seriousFindings(DASHBOARD), [])
    await window.screenshot('dashboard german 1440')
  })
  it('has German reports and findings, with what was recorded as it is', async () => {
    await repository.cli('gamma', ['plan', 'change', '--phase', 'Basis', '--acceptance', 'Es baut'])
    await repository.cli('gamma', ['task', 'add', '--title', 'Summen', '--priority', 'P0', '--phase', 'Basis'])
    await repository.cli('gamma', ['decision', 'propose', '--title', 'Runden', '--category', 'Technik'])
    const pages: [string, RegExp][] = [
      ['Statusbericht', /Statusbericht: shop[\s\S]*1\. Zusammenfassung[\s\S]*Phase 0, Basis: 0 %[\s\S]*1 Freigabe nötig[\s\S]*gamma[\s\S]*D-1 Runden: vorgeschlagen[\s\S]*Als Nächstes: T-1 Summen \(P0\)/],
      ['Überblick', /Phase: Basis, 0 %[\s\S]*Nötige Freigaben: D-1 Runden[\s\S]*gamma: (wartet|arbeitet)/],
      ['Tageszusammenfassungen', /gamma[\s\S]*Erledigt[\s\S]*Genommene Sperren: 1/],
      ['Wo die Arbeit steht', /Wo shop steht[\s\S]*Als Nächstes: T-1 Summen[\s\S]*Für eine Übergabe fehlt: 3[\s\S]*STATUS\.md fehlt/],
    ]
    for (const [name, wanted] of pages) {
      await window.quickInput.runAndPick('Muster: Bericht zeigen …', name)
      const page = await window.webview.frame(DOCUMENT)
      const text = await eventually(`the report "${name}" in German`, async () => {
        const shown = await page.locator('main').innerText()
        return wanted.test(shown) && shown
      })
      assert.doesNotMatch(text, /\b(no|none|of|the|is|are|done|open|next|by|needed|nothing|missing|reached|counted|now)\b/i)
      await window.screenshot(`report german ${name}`)
    }
    await window.quickInput.runAndPick('Muster: Dokumente anlegen …', '3 Dateien schreiben')
    await eventually('STATUS.md', async () => (await window.editor.activeName()) === 'STATUS.md')
    await window.runCommand('Muster: Übergabe prüfen')
    await eventually('the problems in German', async () => (await window.page.locator('.markers-panel .monaco-list-row').allInnerTexts()).some((row) => row.includes('Es steht nicht da, was')))
    await window.screenshot('handoff german')
  })

  it('tells in German what another process found wrong with a file', async () => {
    repository.write('.agent_status', 'AGENT_ID=gamma\nSTATUS=IN_PROGRESS\nCOMPLETION_PCT=lots\n')
    await eventually('the problem in German', async () => {
      await repository.cli('gamma', ['docs', 'write'])
      return (await window.page.locator('.markers-panel .monaco-list-row').allInnerTexts()).some((row) => row.includes('COMPLETION_PCT ist kein Prozentwert von 0 bis 100.'))
    })
    await window.screenshot('document problems german')
  })

  it('says in German why something is refused, and asks nobody in it', async () => {
    await window.runCommand('Muster: Um Freigabe bitten')
    await window.quickInput.pick('src/cart.ts')
    await window.quickInput.waitFor('gamma um die Freigabe von cart.ts bitten')
    await repository.cli('gamma', ['release', 'src/cart.ts'])
    // Until it is taken: the search for the notification would close the question.
    await window.quickInput.typeText('Bitte bald')
    await window.notifications.waitFor('Niemand sonst hat src/cart.ts gesperrt: Sperre es selbst.')
    await window.screenshot('refused german')
    assert.ok(!JSON.stringify(await repository.cli('gamma', ['inbox'])).includes('Bitte bald'))
  })

  it('has it told in German why a process of its own could not do what it was started for', async () => {
    repository.write('.mcp.json', '{ "mcpServers": [] }')
    await window.runCommand('Muster: KI-Agenten verbinden…')
    await window.quickInput.pick('Claude Code')
    await window.notifications.waitFor('.mcp.json: „mcpServers“ ist kein Objekt, darum wurde nichts geändert. Bring sie in Ordnung und verbinde dann noch einmal.')
    await window.screenshot('connect german')
  })
})
