import * as z from 'zod'

/* Fields several tools share that the library takes as plain arguments. */

export const idInput = z.string().min(1).max(200)
export const textInput = z.string().min(1).max(100_000)
