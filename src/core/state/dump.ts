import { createState, type State } from './state.js'
import type { StateTable } from './table.js'

/** Characters after which a text ends and the next record begins another: small enough that making one holds nobody up. */
const SLICE = 64 * 1024

/** Compiles only while every part of the state is a table, and so in the dump. */
function tablesOf(state: Record<keyof State, StateTable>): [string, StateTable][] {
  return Object.entries(state)
}

export const tableNames: readonly string[] = Object.keys(createState())

/**
 * The state as texts `["<table>",[[key,value],…]]`, in order; every table at least once. Records are immutable, so what is
 * taken down at once is the lists of them; the text is made piece by piece.
 */
export function dumpState(state: State): Iterable<string> {
  return textsOf(tablesOf(state).map(([name, table]) => [name, table.records()]))
}

function* textsOf(tables: [string, ReturnType<StateTable['records']>][]): Generator<string> {
  for (const [name, records] of tables) {
    const head = `[${JSON.stringify(name)},[`
    let text = head
    for (const record of records) {
      if (text.length > SLICE) {
        yield text + ']]'
        text = head
      }
      text += (text === head ? '' : ',') + JSON.stringify(record)
    }
    yield text + ']]'
  }
}

/** @throws SyntaxError, TypeError, Error: these texts are not one whole state of this version */
export function loadState(texts: Iterable<string>): State {
  const state = createState()
  const tables = new Map(tablesOf(state))
  const missing = new Set(tableNames)
  for (const text of texts) {
    const [name, records] = JSON.parse(text) as [string, [string, unknown][]]
    const table = tables.get(name)
    if (table === undefined) throw new Error(`there is no table "${name}"`)
    missing.delete(name)
    for (const [key, value] of records) table.restore(key, value)
  }
  if (missing.size > 0) throw new Error(`of ${[...missing].join(', ')} nothing is said`)
  return state
}
