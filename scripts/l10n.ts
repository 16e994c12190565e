import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { projectRoot } from './projectRoot.js'
import { bundleOf, textsOfCode } from './texts.js'

// `npm run l10n`: writes the English texts of the code into the file that translations are made from.
writeFileSync(join(projectRoot, 'l10n', 'bundle.l10n.json'), bundleOf(textsOfCode()))
