/** `npm run pages`: brings the tables up to date that README.md and docs have from the manifest and from measurements. */
import { writePages } from './pages.js'

writePages()
