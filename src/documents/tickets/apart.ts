/* What operations on tickets load, and editor, command line, tools and library share: in what ships a file of its own (dist/tickets.cjs). */

export * from './outputs.js'
export * from './tickets.js'
