import * as vscode from 'vscode'
import { asWritten } from './asWritten.js'

/** ms after which long work is told of: what is done before would only flash up. */
const SOON = 1_000

/**
 * Long work that a person can end: told of with a button once it takes a moment.
 * @param act ends when its signal does, between two steps. @throws CancellationError where it threw since it was ended
 */
export async function cancellable<T>(title: string, act: (signal: AbortSignal) => Promise<T>, after = SOON): Promise<T> {
  const stop = new AbortController()
  const work = act(stop.signal).catch((error: unknown) => {
    throw stop.signal.aborted ? new vscode.CancellationError() : error
  })
  const quick = await Promise.race([work.then(() => true), new Promise<false>((resolve) => setTimeout(resolve, after, false))])
  if (quick) return work
  return vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: asWritten(title), cancellable: true }, (_progress, cancelled) => {
    cancelled.onCancellationRequested(() => stop.abort())
    return work
  })
}

/**
 * Work that goes on whoever waits for it, told of as what can be cancelled is: who cancels is not shown the waiting any more.
 * @returns what it comes to, at its end, also then
 */
export async function awaited<T>(title: string, work: Promise<T>): Promise<T> {
  await cancellable(title, (signal) => Promise.race([work, new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))]))
  return work
}

/**
 * The same where nothing is left to undo: who cancels is not kept waiting for the end, and what it comes to is dropped.
 * @param act may end when its signal does; what it has to leave undone then, it looks at that for
 */
export function droppable<T>(title: string, act: (signal: AbortSignal) => Promise<T>): Promise<T> {
  return cancellable(title, (signal) => Promise.race([act(signal), new Promise<never>((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }))]))
}
