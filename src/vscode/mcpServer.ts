import * as vscode from 'vscode'
import { mcpProviderId } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'
import type { Repositories } from './repositories.js'
import { serverDefinition } from './serverDefinition.js'
import type { Settings } from './settings.js'

/**
 * Gives agent mode the window's MCP server, one for each repository of the workspace, without any file. It is there in every trusted folder, also before Muster is turned
 * on: it writes nothing until an agent's first call, which turns Muster on.
 */
export function provideMcpServer(repositories: Pick<Repositories, 'all' | 'at' | 'onDidChange'>, settings: Settings, { extensionPath, extension }: vscode.ExtensionContext, ledger = (_folder: string): string | undefined => undefined): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>()
  const define = (window: MusterWindow): vscode.McpStdioServerDefinition | undefined => {
    const { state, muster } = window
    if (state.kind === 'nothing' || !vscode.workspace.isTrusted) return undefined
    const { root, folder } = state.place
    const { command, args, env, cwd } = serverDefinition({
      extension: extensionPath, root, folder, window: muster && window.writable ? muster.agent : undefined,
      tools: settings.get('mcp.tools'), program: process.execPath, electron: process.versions['electron'] !== undefined,
    })
    const { version } = extension.packageJSON as { version: string }
    // A server that speaks to other records than before is another one.
    const definition = new vscode.McpStdioServerDefinition(window.name === undefined ? 'Muster' : `Muster (${window.name})`, command, args, env, `${version} ${settings.get('mcp.tools')}${state.place.inDatabase === true ? ' database' : ''}`)
    definition.cwd = vscode.Uri.file(cwd)
    return definition
  }
  // A window that is turned on, or speaks for somebody else, does not make a running server another one: who it is comes in when one is started.
  const lasting = (): vscode.McpStdioServerDefinition[] => {
    const definitions = repositories.all.flatMap((window) => define(window) ?? [])
    for (const definition of definitions) definition.env = { ...definition.env, MUSTER_WINDOW: null }
    return definitions
  }
  let known = ''
  const look = (): void => {
    const now = JSON.stringify(lasting())
    if (now === known) return
    known = now
    changed.fire()
  }
  return vscode.Disposable.from(
    changed,
    repositories.onDidChange(look),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
    settings.onDidChange(['mcp.tools'], look),
    vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: lasting,
      // The address of a database comes in when a server is started: what is provided the editor keeps.
      async resolveMcpServerDefinition({ env }: vscode.McpStdioServerDefinition) {
        const folder = String(env['MUSTER_FOLDER'])
        // That of a repository that was closed is not another one's.
        const window = repositories.at(folder)
        await window?.settled
        const [definition, address] = [window && define(window), ledger(folder)]
        if (definition && address !== undefined) definition.env = { ...definition.env, MUSTER_LEDGER: address }
        return definition
      },
    }),
  )
}
