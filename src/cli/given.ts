/** A list as it was given on the command line; undefined where the option was not. */
export function given(items: string[]): string[] | undefined {
  return items.length > 0 ? items : undefined
}
