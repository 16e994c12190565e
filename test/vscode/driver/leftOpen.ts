/** Opens a window on a folder and leaves it open until it is ended from outside: `node leftOpen.js FOLDER`. */
import { VsCode } from './vsCode.js'

const [folder] = process.argv.slice(2)
if (folder === undefined) throw new Error('usage: leftOpen.js FOLDER')
const code = await VsCode.start()
const window = await code.openWindow(folder)
console.log(`open ${code.server.pid} ${window.extensionHost()}`)
setInterval(() => undefined, 2 ** 30)
