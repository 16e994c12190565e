/** Of a note from which somebody can go on. */
export const noteOptions = {
  done: { type: 'list', value: 'T', help: 'What is finished' },
  next: { type: 'list', value: 'T', help: 'What comes next, first things first' },
  file: { type: 'list', value: 'FILE', help: 'A file that matters for it' },
  verify: { type: 'text', value: 'T', help: 'How to see that it works' },
  notes: { type: 'text', value: 'T', help: 'Anything else' },
} as const

/** For callers that may be restarted in the middle of a call and then repeat it. */
export const keyOption = { type: 'text', value: 'NAME', help: 'Name of this call: repeated with the same name it is applied once' } as const
