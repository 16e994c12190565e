import { MusterError } from '../../errors.js'
import { tell } from '../../tell.js'
import { isServerError } from './problems.js'
import { views } from './schemaViews.js'
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

  -- Which database this is, for who moves records here and is interrupted.
  create table muster.database (id text not null);
  insert into muster.database (id) values (replace(gen_random_uuid()::text, '-', ''));

  -- Records of a folder that are on their way: all of them become lines, or none.
  create table muster.arriving (like muster.lines including all);
  -- Moves that were given up; the line that announced them will never be taken.
  create table muster.undone (space text not null, sum text not null, primary key (space, sum));

  -- These three are read when they are made, whatever the search path; without one of their own they cost no call.
  create function muster.lock_of(in_space text) returns bigint language sql immutable
    return ('x' || substr(md5('muster ' || in_space), 1, 16))::bit(64)::bigint;

  create function muster.has_left(in_kind text, in_line text) returns boolean language sql immutable
    return in_kind = 'moved' and position('"kind":"moved","to":"folder"' in left(in_line, 400)) > 0;

  -- Who may write to a space. The owner of a database that several teams share replaces it; see docs/postgres.md.
  create function muster.may(in_space text) returns boolean language sql immutable
    return true;

  -- Every commit passes here: assignments and nested conditions are much quicker than PERFORM and conditions with a query.
  create function muster.append(in_space text, in_seq bigint, in_prev text, in_sum text, in_kind text, in_line text)
  returns table (seq bigint, sum text, line text)
  language plpgsql security definer set search_path = pg_catalog, pg_temp as $body$
  #variable_conflict use_column
  declare
    head_seq bigint;
    head_sum text;
    head_kind text;
    next boolean;
    written integer := 0;
    done text;
  begin
    if not muster.may(in_space) then raise exception 'not a member of this space' using errcode = '42501'; end if;
    if current_setting('transaction_isolation') <> 'read committed' then
      raise exception 'a line is appended in a transaction that reads what is committed' using errcode = '25001';
    end if;
    if position('"seq":' || in_seq || ',"prev":"' || in_prev || '","d":' in left(in_line, 100)) = 0
      or left(encode(sha256(convert_to(left(in_line, -26), 'UTF8')), 'hex'), 16) <> in_sum
      or right(in_line, 26) <> ',"sum":"' || in_sum || '"}' then
      raise exception 'that is no line' using errcode = '22023';
    end if;
    -- What is answered is on disk.
    if current_setting('synchronous_commit') = 'off' then done := set_config('synchronous_commit', 'on', true); end if;
    done := set_config('lock_timeout', '5s', true);
    -- Everybody shares it but who takes a turn. A number that is skipped is no primary key's to refuse, so a repair is alone.
    if in_kind = 'repaired' then done := pg_advisory_xact_lock(muster.lock_of(in_space))::text;
    else done := pg_advisory_xact_lock_shared(muster.lock_of(in_space))::text; end if;

    select l.seq, l.sum, l.kind into head_seq, head_sum, head_kind from muster.lines l where l.space = in_space order by l.seq desc limit 1;
    next := case
      when in_kind = 'genesis' then head_seq is null and in_seq = 1 and in_prev = repeat('0', 16)
      when in_kind = 'repaired' then in_seq > head_seq and in_prev = head_sum
      else in_seq = head_seq + 1 and in_prev = head_sum
    end;
    if head_seq is null then
      if exists (select from muster.arriving a where a.space = in_space) then
        raise exception 'records are arriving here' using errcode = 'MU001';
      end if;
    end if;
    -- They go on in a folder.
    if head_kind = 'moved' then
      if (select muster.has_left(l.kind, l.line) from muster.lines l where l.space = in_space and l.seq = head_seq) then next := false; end if;
    end if;
    if next then
      insert into muster.lines (space, seq, prev, sum, kind, at, line)
      values (in_space, in_seq, in_prev, in_sum, in_kind, coalesce(substring(left(in_line, 200) from ',"at":([0-9]{1,18})')::bigint, 0), in_line)
      on conflict do nothing;
      get diagnostics written = row_count;
    end if;
    if written = 1 then
      done := pg_notify('muster_' || md5(in_space), in_seq::text)::text;
      seq := in_seq;
      sum := in_sum;
      return next;
    else
      return query select l.seq, l.sum, case when l.seq >= in_seq then l.line end from muster.lines l
        where l.space = in_space and l.seq >= in_seq - 1 order by l.seq limit 200;
    end if;
  end $body$;

  revoke all on function muster.append from public;

  -- Makes lines of what has arrived, if it is one history up to the line that announced the move.
  create function muster.arrive(in_space text, in_seq bigint, in_sum text) returns bigint
  language plpgsql set search_path = pg_catalog, pg_temp as $body$
  declare
    head_seq bigint := 0;
    head_sum text := repeat('0', 16);
    has_left boolean := true;
    wrong bigint;
    written bigint;
  begin
    perform set_config('synchronous_commit', 'on', true);
    perform pg_advisory_xact_lock(muster.lock_of(in_space));
    if exists (select from muster.lines l where l.space = in_space and l.seq = in_seq and l.sum = in_sum) then return 0; end if;
    if exists (select from muster.undone u where u.space = in_space and u.sum = in_sum) then
      raise exception 'this move was given up' using errcode = 'MU002';
    end if;
    select l.seq, l.sum, muster.has_left(l.kind, l.line) into head_seq, head_sum, has_left from muster.lines l where l.space = in_space order by l.seq desc limit 1;
    if not found then head_seq := 0; head_sum := repeat('0', 16); has_left := true; end if;
    select count(*) into wrong from (
      select a.*, right(a.line, 26) as tail, lag(a.seq, 1, head_seq) over o as last_seq, lag(a.sum, 1, head_sum) over o as last_sum
      from muster.arriving a where a.space = in_space window o as (order by a.seq)
    ) a
    where a.prev <> a.last_sum
      or a.seq <= a.last_seq or (a.kind <> 'repaired' and a.seq <> a.last_seq + 1)
      or position('"seq":' || a.seq || ',"prev":"' || a.prev || '","d":' in left(a.line, 100)) = 0
      or tail <> ',"sum":"' || left(encode(sha256(convert_to(left(a.line, -26), 'UTF8')), 'hex'), 16) || '"}'
      or (a.kind <> 'repaired' and tail <> ',"sum":"' || a.sum || '"}');
    if wrong > 0 or not has_left or not exists (
      select from (select a.seq, a.sum, a.kind from muster.arriving a where a.space = in_space order by a.seq desc limit 1) a
      where a.seq = in_seq and a.sum = in_sum and a.kind = 'moved'
    ) then
      raise exception 'what has arrived is not one history' using errcode = 'MU003';
    end if;
    insert into muster.lines (space, seq, prev, sum, kind, at, line)
      select a.space, a.seq, a.prev, a.sum, a.kind, a.at, a.line from muster.arriving a where a.space = in_space;
    get diagnostics written = row_count;
    delete from muster.arriving a where a.space = in_space;
    perform pg_notify('muster_' || md5(in_space), in_seq::text);
    return written;
  end $body$;

  revoke all on function muster.arrive from public;
  `,
  views,
]

/** The version of the tables that this code makes and understands. */
export const SCHEMA = migrations.length

/** @returns 0 where there are no tables of Muster */
async function schemaVersion(query: Query): Promise<number> {
  const [there] = await query(`select to_regclass('muster.versions') is not null as there`)
  if (there?.['there'] !== true) return 0
  const [row] = await query('select max(version) as version from muster.versions')
  return Number(row?.['version'] ?? 0)
}

/**
 * Sees to it that the tables are there and understood.
 * @param create Whether they may be made.
 * @param update Whether they may be brought up to date; who has no right to goes on with them as they are.
 * @returns whether they are there
 * @throws MusterError LEDGER_NEWER; errors of the client and the server
 */
export async function prepareSchema(query: Query, create: boolean, update = create): Promise<boolean> {
  const version = await schemaVersion(query)
  if (version > SCHEMA) {
    throw new MusterError('LEDGER_NEWER', tell`The tables in the database were made by a newer Muster (version ${version}).`, { hint: tell`Update Muster here.`, details: { version } })
  }
  if (version === SCHEMA) return true
  // Who may not bring tables up to date goes on with them as they are.
  if (version === 0 ? !create : !update) return version > 0
  try {
    await migrate(query)
  } catch (error) {
    if (version === 0 || !isServerError(error) || error.code !== NO_RIGHT) throw error
    return true
  }
  return (await schemaVersion(query)) === SCHEMA
}

const NO_RIGHT = '42501'

async function migrate(query: Query): Promise<void> {
  const [encoding] = await query(`select current_setting('server_encoding') as encoding, current_setting('server_version_num')::int as version`)
  if (encoding?.['encoding'] !== 'UTF8') throw unfit(tell`keeps its texts in ${String(encoding?.['encoding'])}`, tell`Make a database with ENCODING UTF8.`)
  if (Number(encoding['version']) < 150000) throw unfit(tell`is older than PostgreSQL 15`, tell`Use PostgreSQL 15 or newer.`)
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
}

function unfit(what: string, hint: string): MusterError {
  return new MusterError('DATABASE_UNUSABLE', tell`The database ${what}.`, { hint })
}
