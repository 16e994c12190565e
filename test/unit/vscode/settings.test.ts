import assert from 'node:assert/strict'
import type { MusterWindow } from '../../../src/vscode/musterWindow.js'
import type * as SettingsModule from '../../../src/vscode/settings.js'
import { Screen, Uri, withEditor } from './editor.js'

describe('settings, where the workspace has several repositories', () => {
  /** What the settings files of folders say; '' is what the user has set for all. */
  const files: Record<string, Record<string, unknown>> = {
    '': { 'retention.profile': 'keep', 'runs.folder': 'runs' },
    '/w/shop': { 'retention.profile': 'development', 'runs.folder': 'tries', 'documents.workspaces': ['all'] },
    '/w/api': { 'retention.profile': 'production' },
  }
  const window = (root: string | undefined): Pick<MusterWindow, 'state'> => ({ state: root === undefined ? { kind: 'nothing' } : { kind: 'off', place: { folder: `${root}/.muster`, root, exists: false } } })

  it('are those of the folder of the repository they are for, and of the first folder for the editor window', async () => {
    const screen = new Screen()
    Object.assign(screen.workspace, {
      workspaceFolders: ['/w/shop', '/w/api'].map((root) => ({ uri: Uri.file(root) })),
      getConfiguration: (_section: string, of?: Uri) => {
        const own = files[of?.fsPath ?? '']
        return { get: (key: string) => ({ ...files[''], ...own })[key], inspect: (key: string) => ({ globalValue: files['']![key], ...(of && { workspaceFolderValue: own?.[key] }) }) }
      },
    })
    const { Settings } = await withEditor<typeof SettingsModule>('settings.ts', screen)
    const settings = new Settings()
    const [shop, api, none] = ['/w/shop', '/w/api', undefined].map((root) => settings.of(window(root)))
    assert.deepEqual([settings, shop, api, none].map((one) => one!.get('retention.profile')), ['development', 'development', 'production', 'keep'])
    assert.deepEqual([settings, shop, api, none].map((one) => one!.get('runs.folder')), ['tries', 'tries', 'runs', 'runs'])
    assert.deepEqual([settings, shop, api].map((one) => one!.chosen('documents.workspaces')), [['all'], ['all'], undefined])
    assert.equal(settings.get('retention.profile', Uri.file('/w/api') as never), 'production')
    // It follows the window: another repository may be shown.
    const shown = { ...window('/w/shop') }
    const followed = settings.of(shown)
    shown.state = window('/w/api').state
    assert.equal(followed.get('retention.profile'), 'production')
  })
})
