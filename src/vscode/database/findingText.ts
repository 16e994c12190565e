import type { DatabaseFinding } from '../../core/ledger/postgres/examine.js'
import type { DatabaseParts } from './parts.js'

type Texts = Pick<DatabaseParts, 't'>

/** What was found, a sentence each, for people who run no databases. */
export function aboutDatabase({ t }: Texts, { version, latencyMs, connection, tables, told, space }: DatabaseFinding): string[] {
  const ms = latencyMs < 10 ? latencyMs.toFixed(1) : String(Math.round(latencyMs))
  return [
    t('It answers in {0} ms and runs PostgreSQL {1}.', ms, version),
    ...(latencyMs > 150 ? [t('That is far away: each change takes about that long.')] : []),
    {
      here: t('It is on this machine: nobody else can listen.'),
      plain: t('The connection is not encrypted: whoever is on the way can read along, the password too.'),
      encrypted: t('The connection is encrypted. Whether it is that server is not checked: sslmode=verify-full in the address does.'),
      checked: t('The connection is encrypted, and the server has shown who it is.'),
    }[connection],
    tables.version === 0 ? t('Muster\'s tables are not in it yet; they are made.') : tables.version < tables.newest ? t('Muster\'s tables in it are of an older version; they are brought up to date.') : t('Muster\'s tables are in it, in this version.'),
    ...(told ? [] : [t('A pooler in between keeps notifications back: what others do is seen a second later.')]),
    t('This project is known there as “{0}”.', space),
  ]
}

/** Why this user cannot take part, and what to do; undefined where nothing stands in the way. */
export function cannotBeUsed({ t }: Texts, { tables, rights }: DatabaseFinding): string | undefined {
  if (tables.version === 0) return rights.make ? undefined : t('This user may not make tables there. Have the owner of the database begin with their address once, or grant this user the right: grant create on database … to …')
  if (!rights.write) return t('This user may read the records, and not take part. Have the owner of the tables grant what “Rights” in docs/postgres.md lists.')
  return undefined
}
