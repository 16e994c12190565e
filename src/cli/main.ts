#!/usr/bin/env node
/*
 * Where the command line begins. A hook's process is started for every edit an agent makes: it is handed over before
 * anything else is loaded.
 */
const [, , first, event] = process.argv
if (first === 'hook' && event !== undefined && !event.startsWith('-')) await import('../hooks/main.js')
else await import('./program.js')

export {}
