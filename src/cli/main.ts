#!/usr/bin/env node
/*
 * Where the command line begins. A hook's process is started for every edit an agent makes: it is handed over before
 * anything else is loaded.
 */
import { hookWords } from '../core/hookWords.js'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const hook = hookWords(process.argv.slice(2), true)
if (major < 20 || (major === 20 && minor < 19)) void import('./oldNode.js')
else if (hook !== undefined && hook.event !== '') void import('../hooks/main.js')
else void import('./program.js')
