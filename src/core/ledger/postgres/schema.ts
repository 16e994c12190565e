import { MusterError } from '../../errors.js'
import type { Query } from './session.js'

/** Held while the tables are made: of several that begin at once, one makes them. */
const SCHEMA_LOCK = '7813214500172639'

/**
 * Changes of the tables, oldest first; each is carried out once, and never edited after a release. Whoever takes part needs
 * SELECT on `lines` and EXECUTE on `append` only: rows are written by that function, which keeps the chain.
 */
const migrations: readonly string[] = [
  `
  create table muster.lines (
    space text not null check (length(space) between 1 and 200),
    seq bigint not null check (seq > 0),
    prev text not null,
    -- What the next line names: the sum of this one, or of the last of the lost lines that it stands for.
    sum text not null,
    kind text not null,
    -- Milliseconds since 1970, as the line says; for people and for finding lines.
    at bigint not null,
    -- Text, since jsonb changes the bytes that the sum is of.
    line text not null,
    primary key (space, seq)
  );

  create function muster.lock_of(in_space text) returns bigint language sql immutable set search_path = pg_catalog, pg_temp
    return ('x' || substr(md5('muster ' || in_space), 1, 16))::bit(64)::bigint;

  create function muster.append(in_space text, in_seq bigint, in_prev text, in_sum text, in_kind text, in_line text)
  returns table (seq bigint, sum text, line text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
  #variable_conflict use_column
  declare
    head_seq bigint;
    head_sum text;
    next boolean;
    written integer := 0;
  begin
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'a line is appended in a transaction that reads what is committed' using errcode = '25001';
    end if;
    if position('"seq":' || in_seq || ',"prev":"' || in_prev || '","d":' in left(in_line, 100)) = 0
      or left(encode(sha256(convert_to(left(in_line, -26), 'UTF8')), 'hex'), 16) <> in_sum
      or right(in_line, 26) <> ',"sum":"' || in_sum || '"}' then
      raise exception 'that is no line' using errcode = '22023';
    end if;
    -- What is answered is on disk.
    if current_setting('synchronous_commit') = 'off' then perform set_config('synchronous_commit', 'on', true); end if;
    perform set_config('lock_timeout', '5s', true);
    -- Everybody shares it but who takes a turn. A number that is skipped is no primary key's to refuse, so a repair is alone.
    if in_kind = 'repaired' then perform pg_advisory_xact_lock(muster.lock_of(in_space));
    else perform pg_advisory_xact_lock_shared(muster.lock_of(in_space)); end if;

    select l.seq, l.sum into head_seq, head_sum from muster.lines l where l.space = in_space order by l.seq desc limit 1;
    next := case
      when in_kind = 'genesis' then head_seq is null and in_seq = 1 and in_prev = repeat('0', 16)
      when in_kind = 'repaired' then in_seq > head_seq and in_prev = head_sum
      else in_seq = head_seq + 1 and in_prev = head_sum
    end;
    if next then
      insert into muster.lines (space, seq, prev, sum, kind, at, line)
      values (in_space, in_seq, in_prev, in_sum, in_kind, coalesce(substring(left(in_line, 200) from ',"at":([0-9]{1,18})')::bigint, 0), in_line)
      on conflict do nothing;
      get diagnostics written = row_count;
    end if;
    if written = 1 then
      perform pg_notify('muster_' || md5(in_space), in_seq::text);
      return query select in_seq, in_sum, null::text;
    else
      return query select l.seq, l.sum, case when l.seq >= in_seq then l.line end from muster.lines l
        where l.space = in_space and l.seq >= in_seq - 1 order by l.seq limit 200;
    end if;
  end $body$;

  revoke all on function muster.append from public;
  `,
]

/** The version of the tables that this code makes and understands. */
export const SCHEMA = migrations.length

/** @returns 0 where there are no tables of Muster */
export async function schemaVersion(query: Query): Promise<number> {
  const [there] = await query(`select to_regclass('muster.versions') is not null as there`)
  if (there?.['there'] !== true) return 0
  const [row] = await query('select max(version) as version from muster.versions')
  return Number(row?.['version'] ?? 0)
}

/**
 * Sees to it that the tables are there and understood.
 * @param create Whether they may be made or brought up to date.
 * @returns whether they are there
 * @throws MusterError LEDGER_NEWER; errors of the client and the server
 */
export async function prepareSchema(query: Query, create: boolean): Promise<boolean> {
  const version = await schemaVersion(query)
  if (version > SCHEMA) {
    throw new MusterError('LEDGER_NEWER', `The tables in the database were made by a newer Muster (version ${version}).`, { hint: 'Update Muster here.', details: { version } })
  }
  if (version === SCHEMA) return true
  if (!create) return false
  const [encoding] = await query(`select current_setting('server_encoding') as encoding, current_setting('server_version_num')::int as version`)
  if (encoding?.['encoding'] !== 'UTF8') throw unfit(`keeps its texts in ${encoding?.['encoding']}`, 'Make a database with ENCODING UTF8.')
  if (Number(encoding['version']) < 150000) throw unfit('is older than PostgreSQL 15', 'Use PostgreSQL 15 or newer.')
  // One message is one transaction: all of it or nothing. A second one that waited finds the work done.
  const steps = migrations.map((text, index) => `
    if not exists (select from muster.versions where version = ${index + 1}) then
      ${`execute $migration$${text}$migration$;`}
      insert into muster.versions (version) values (${index + 1});
    end if;`)
  await query(`
    select pg_advisory_xact_lock(${SCHEMA_LOCK});
    create schema if not exists muster;
    create table if not exists muster.versions (version integer primary key, made timestamptz not null default now());
    do $migrations$ begin ${steps.join('\n')} end $migrations$`)
  return (await schemaVersion(query)) === SCHEMA
}

function unfit(what: string, hint: string): MusterError {
  return new MusterError('DATABASE_UNUSABLE', `The database ${what}.`, { hint })
}
