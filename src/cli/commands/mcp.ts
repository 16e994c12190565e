import { command } from '../command.js'

export const mcpCommands = [
  command({
    name: 'mcp',
    summary: 'Serve AI agents as an MCP server on stdin and stdout',
    details: 'Clients start it in the project; it ends with its input. Nothing is written before the first call that begins something.',
    options: { tools: { type: 'choice', choices: ['few', 'all'], help: 'Offer eight tools that cost a model little (the default), or one for each operation as well' } },
    access: 'nothing',
    examples: ['muster mcp', 'muster mcp --tools all', 'muster mcp --agent alpha'],
    async run({ host }) {
      await host.serveTools()
      return undefined
    },
  }),
]
