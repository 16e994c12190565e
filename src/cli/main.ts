#!/usr/bin/env node
/*
 * Where the command line begins. A hook's process is started for every edit an agent makes: it is handed over before
 * anything else is loaded.
 */
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const [, , first, event] = process.argv
if (major < 20 || (major === 20 && minor < 19)) void import('./oldNode.js')
else if (first === 'hook' && event !== undefined && !event.startsWith('-')) void import('../hooks/main.js')
else void import('./program.js')

export {}
