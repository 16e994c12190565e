import { newRunName, startRunInput } from '../core/model/runs.js'
import { defineTool } from './tool.js'

const fields = startRunInput.shape

export const startRunTool = defineTool({
  name: 'start_run',
  title: 'Start a run',
  description:
    'Begin a long job in a folder of its own, which is locked for you: code/, results/ and logs/ are in it, write nowhere else. ' +
    'Refused while one of that name runs, or when one is completed. Report progress with report_run and end it with finish_run or fail_run. ' +
    'Not for a command: run `muster run exec --name NAME -- COMMAND` in a shell instead.',
  input: startRunInput.extend({
    name: newRunName.describe('What it is called; the date is put before it'),
    runs: fields.runs.describe('Folder the runs are in'),
    withAgent: fields.withAgent.describe('End the folder\'s name in your id'),
    again: fields.again.describe('Run anew what is completed'),
    resume: fields.resume.describe('Go on in the folder of the last one that stopped'),
    pid: fields.pid.describe('Process that does the work; default: this server'),
    total: fields.total.describe('How many items there are'),
    config: fields.config.describe('Text of config.yaml'),
  }),
  run: (muster, { name, ...options }) => muster.startRun(name, options),
})
