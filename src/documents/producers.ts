import type { Producer } from './types.js'

/** All there are, in the order their documents are written. */
export const producers: readonly Producer[] = []
