/** The editor's own test interface in the page; only there when VS Code was started with its smoke test driver. */
export interface WorkbenchDriver {
  whenWorkbenchRestored(): Promise<void>
  getTerminalBuffer(selector: string): Promise<string[]>
  writeInTerminal(selector: string, text: string): Promise<void>
}

declare global {
  var driver: WorkbenchDriver | undefined
}
