/** `node --import` of this: the system gives no file events, in this process and its children. */
import { register } from 'node:module'

register(new URL('./noWatcher.js', import.meta.url))
