// What windowsPaths.test.ts runs as it is on Windows.
export { resourceKey, resourceLabel, type Resource } from '../../../src/core/model/resource.js'
export { overlaps } from '../../../src/core/model/overlap.js'
export { agentIdOf } from '../../../src/core/model/agentId.js'
export { resolveResource } from '../../../src/core/system/resolve.js'
export { windowsSpelling } from '../../../src/core/system/windowsSpelling.js'
