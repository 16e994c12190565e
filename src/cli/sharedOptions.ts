/** For callers that may be restarted in the middle of a call and then repeat it. */
export const keyOption = { type: 'text', value: 'NAME', help: 'Name of this call: repeated with the same name it is applied once' } as const
