/** A test of what Windows does not have: modes of files, links that anybody may make, signals that stop a process. */
export const posixOnly = process.platform === 'win32' ? it.skip : it
