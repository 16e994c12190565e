/**
 * Text that the editor shows as it is. In notifications, prompts, choices, the status bar and names of terminals it makes links,
 * also ones that run commands, of `[words](command:…)`, and pictures of `$(name)`; people and agents write both.
 */
export function asWritten(text: string): string {
  return text.replace(/[\]$](?=\()/g, '$&\u200b')
}

/** Such text after an icon of ours, for the status bar and choices. @param icon of a codicon, as `check` */
export function iconed(icon: string, text: string): string {
  return `$(${icon}) ${asWritten(text)}`
}
