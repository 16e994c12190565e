import * as vscode from 'vscode'
import { mcpProviderId } from './contributions.js'
import type { MusterWindow } from './musterWindow.js'
import { serverDefinition } from './serverDefinition.js'
import type { Settings } from './settings.js'

/**
 * Gives agent mode the window's MCP server without any file. It is there in every trusted folder, also before Muster is turned
 * on: it writes nothing until an agent's first call, which turns Muster on.
 */
export function provideMcpServer(window: MusterWindow, settings: Settings, { extensionPath, extension }: vscode.ExtensionContext): vscode.Disposable {
  const changed = new vscode.EventEmitter<void>()
  const define = (): vscode.McpStdioServerDefinition | undefined => {
    const { state, muster } = window
    if (state.kind === 'nothing' || !vscode.workspace.isTrusted) return undefined
    const { root, folder } = state.place
    const { command, args, env, cwd } = serverDefinition({
      extension: extensionPath, root, folder, window: muster && window.writable ? muster.agent : undefined,
      tools: settings.get('mcp.tools'), program: process.execPath, electron: process.versions['electron'] !== undefined,
    })
    const { version } = extension.packageJSON as { version: string }
    const definition = new vscode.McpStdioServerDefinition('Muster', command, args, env, `${version} ${settings.get('mcp.tools')}`)
    definition.cwd = vscode.Uri.file(cwd)
    return definition
  }
  // A window that is turned on, or speaks for somebody else, does not make a running server another one: who it is comes in when one is started.
  const lasting = (): vscode.McpStdioServerDefinition[] => {
    const definition = define()
    if (definition) definition.env = { ...definition.env, MUSTER_WINDOW: null }
    return definition ? [definition] : []
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
    window.onDidChange(look),
    vscode.workspace.onDidGrantWorkspaceTrust(look),
    settings.onDidChange(['mcp.tools'], look),
    vscode.lm.registerMcpServerDefinitionProvider(mcpProviderId, {
      onDidChangeMcpServerDefinitions: changed.event,
      provideMcpServerDefinitions: lasting,
      async resolveMcpServerDefinition() {
        await window.settled
        return define()
      },
    }),
  )
}
