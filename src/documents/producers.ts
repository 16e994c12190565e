import { agentDocuments } from './agentDocuments.js'
import { messageDocuments } from './messageDocuments.js'
import { projectDocuments } from './projectDocuments.js'
import type { Producer } from './types.js'

/** All there are, in the order their documents are written. */
export const producers: readonly Producer[] = [agentDocuments, messageDocuments, projectDocuments]
