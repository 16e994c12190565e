import { exportedNow } from '../dashboard/exportable.js'
import { exportWorld, pickFormat } from '../dashboard/exports.js'
import { given, readable, type Command } from './context.js'

/** What is known now, as the dashboard exports it. */
export const exportAll: Command = async (context) => {
  const muster = readable(context)
  // Where no list shows them they were looked at a while ago.
  await context.runs.look()
  const format = given(await pickFormat())
  await exportWorld(muster, exportedNow(muster.state(), context.runs.list, new Date()), format)
}
