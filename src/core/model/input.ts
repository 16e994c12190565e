import * as z from 'zod'

/* What inputs are made of. Inputs are parsed wherever something enters (library, CLI, MCP, editor commands); each concern's are a file, since a command loads those it needs. Durations are minutes, fractions allowed. */

export const minutesInput = z.number('a number of minutes, please').positive('more than 0 minutes, please').max(60 * 24 * 365, 'a year at most, please')
export const textInput = z.string().max(100_000)
export const lineInput = z.string().max(2_000)
/** A name the caller gives an operation, so that doing it again does nothing. */
export const keyInput = z.string().min(1).max(200).regex(/^[^\s/]+$/)
/** Of a file: half a surrogate pair would be written to disk as another character. */
export const resourceInput = z.string().min(1).max(4_096).regex(/^\P{Cs}*$/u, 'it holds half a character')
