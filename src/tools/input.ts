import * as z from 'zod'

/* Fields several tools share that the library takes as plain arguments. */

export const idInput = z.string().min(1).max(200)
export const textInput = z.string().min(1).max(100_000)

/** `sharpe=1.3`; numbers and yes or no are known as such. */
export const metricsInput = z.array(z.string().regex(/^[^=]{1,200}=/, 'name=value, please').max(2_300)).max(500)

export function metricsOf(pairs: readonly string[]): Record<string, string | number | boolean> {
  return Object.fromEntries(pairs.map((pair) => {
    const at = pair.indexOf('=')
    const value = pair.slice(at + 1).trim()
    return [pair.slice(0, at).trim(), value === 'true' || value === 'false' ? value === 'true' : value !== '' && Number.isFinite(Number(value)) ? Number(value) : value]
  }))
}
