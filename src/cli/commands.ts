import type { Command } from './command.js'
import { agentCommands } from './commands/agents.js'
import { claimCommands } from './commands/claims.js'
import { connectCommands } from './commands/connect.js'
import { decisionCommands } from './commands/decisions.js'
import { deployCommands } from './commands/deploy.js'
import { documentFileCommands } from './commands/documentFiles.js'
import { documentCommands } from './commands/documents.js'
import { guardCommands } from './commands/guard.js'
import { helpCommands } from './commands/help.js'
import { hookCommands } from './commands/hook.js'
import { ledgerCommands } from './commands/ledger.js'
import { mcpCommands } from './commands/mcp.js'
import { messageCommands } from './commands/messages.js'
import { overviewCommands } from './commands/overview.js'
import { planCommands } from './commands/plan.js'
import { projectDocumentCommands } from './commands/projectDocuments.js'
import { recoveryCommands } from './commands/recovery.js'
import { reportingCommands } from './commands/report.js'
import { reportCommands } from './commands/reports.js'
import { runCommands } from './commands/runs.js'
import { sessionCommands } from './commands/sessions.js'
import { taskCommands } from './commands/tasks.js'
import { ticketCommands } from './commands/tickets.js'
import { upkeepCommands } from './commands/upkeep.js'

/** Every command, in the order of the help. */
export const commands: readonly Command[] = [
  ...overviewCommands,
  ...claimCommands,
  ...messageCommands,
  ...decisionCommands,
  ...taskCommands,
  ...planCommands,
  ...ticketCommands,
  ...reportCommands,
  ...reportingCommands,
  ...documentCommands,
  ...projectDocumentCommands,
  ...documentFileCommands,
  ...runCommands,
  ...agentCommands,
  ...deployCommands,
  ...connectCommands,
  ...guardCommands,
  ...recoveryCommands,
  ...upkeepCommands,
  ...sessionCommands,
  ...ledgerCommands,
  ...mcpCommands,
  ...hookCommands,
  ...helpCommands,
]
