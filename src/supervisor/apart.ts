// Loaded when an agent is started, stopped or looked after: by the names of its parts, as others load them.
export * from './deploy.js'
export * from './resume.js'
export * from './tend.js'
