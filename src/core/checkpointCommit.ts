/* What committing a checkpoint loads, and editor, command line, tools and library share: in what ships a file of its own (dist/checkpoint-branch.cjs). */

export { checkpointFiles } from './checkpointFiles.js'
export { commitToBranch } from './system/checkpointBranch.js'
