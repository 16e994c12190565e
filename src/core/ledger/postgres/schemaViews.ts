/**
 * What the lines say, for dashboards that speak SQL: computed anew for each query from the events, with the rights of whoever
 * asks. Not read by Muster itself. Unlike its own views these keep what was cleaned up: they tell all that happened.
 */
export const views = `
  create view muster.events with (security_invoker = true) as
  select l.space, l.seq, o.n as op, e.n as event_number, to_timestamp(l.at / 1000.0) as at, o.op->>'by' as by, e.event->>'type' as type, e.event::jsonb as event,
    coalesce(o.op->>'via', split_part(o.op->>'key', ':', 1)) as via
  from muster.lines l, json_array_elements(l.line::json->'ops') with ordinality o (op, n), json_array_elements(o.op->'events') with ordinality e (event, n)
  where l.kind = 'commit';

  create view muster.agent_log with (security_invoker = true) as
  select space, seq, op, event_number, at, coalesce(nullif(by, ''), event->>'agent', '') as agent, type,
    coalesce(event->>'claim', event->>'message', event->>'decision', event->>'task', event->>'error', event->>'agent') as about, event, via
  from muster.events;

  create view muster.agents with (security_invoker = true) as
  with told as (
    select e.space, e.event->>'agent' as id, e.seq, e.op, e.event_number, e.at, e.type, case e.type
      when 'agent.joined' then e.event->'identity'
      when 'agent.resumed' then '{"status":"starting","error":null}'
      else e.event->'fields' || case when coalesce(e.event->'fields'->>'status', 'failed') = 'failed' then '{}'::jsonb else '{"error":null}' end
    end as fields
    from muster.events e where e.type in ('agent.joined', 'agent.checkedIn', 'agent.resumed')
      and not exists (select from muster.events r where r.space = e.space and r.type = 'agent.removed' and r.event->>'agent' = e.event->>'agent' and (r.seq, r.op, r.event_number) > (e.seq, e.op, e.event_number))
  ), merged as (
    select t.space, t.id, min(t.at) filter (where t.type = 'agent.joined') as joined_at, jsonb_object_agg(f.key, f.value order by t.seq, t.op, t.event_number) as fields
    from told t, jsonb_each(t.fields) f group by t.space, t.id
  )
  select m.space, m.id, fields->>'name' as name, fields->>'kind' as kind, fields->>'role' as role, (fields->>'level')::int as level, fields->>'parent' as parent,
    fields->>'client' as client, fields->>'model' as model, fields->>'brief' as brief, coalesce(fields->>'status', 'working') as status,
    (fields->>'progress')::numeric as progress, fields->>'message' as message, fields->>'currentTask' as current_task, fields->>'nextTask' as next_task,
    fields->>'blocker' as blocker, fields->'waitingFor' as waiting_for, fields->>'eta' as eta, fields->>'lastTest' as last_test,
    fields->'filesModified' as files_modified, fields->>'branch' as branch, fields->>'error' as error, m.joined_at,
    greatest(m.joined_at, (select max(e.at) from muster.events e where e.space = m.space and e.by = m.id)) as seen_at,
    (select coalesce(e.event->'fields'->>'host', substring(e.via from '@([^@]*)$')) from muster.events e where e.space = m.space
      and ((e.type = 'session.opened' and e.event->>'agent' = m.id) or (e.by = m.id and e.via like '%@%')) order by e.seq desc, e.op desc limit 1) as host
  from merged m where m.joined_at is not null;

  create view muster.claims with (security_invoker = true) as
  select g.space, g.event->>'claim' as id,
    case g.event->'resource'->>'kind'
      when 'name' then g.event->'resource'->>'name'
      when 'symbol' then (g.event->'resource'->>'path') || '#' || (g.event->'resource'->>'symbol')
      when 'folder' then coalesce(nullif(g.event->'resource'->>'path', ''), '.') || '/'
      else g.event->'resource'->>'path'
    end as resource, g.event->'resource'->>'kind' as kind, coalesce(g.event->'resource'->>'tree', '') as tree,
    g.event->>'agent' as held_by, coalesce(r.fields->>'mode', g.event->'grant'->>'mode') as mode, g.seq as token,
    coalesce(e.event->>'how', 'held') as status, g.at as granted_at, coalesce(r.renewed_at, g.at) as renewed_at,
    make_interval(secs => coalesce((r.fields->>'ttl')::numeric, (g.event->'grant'->>'ttl')::numeric)::double precision / 1000) as lease,
    (r.fields->>'progress')::numeric as progress, r.fields->>'message' as message, coalesce(r.fields->>'note', g.event->'grant'->>'note') as note,
    g.event->'grant'->>'branch' as branch, (g.event->'grant'->>'estimatedMinutes')::numeric as estimated_minutes,
    e.at as ended_at, e.event->>'by' as ended_by
  from muster.events g
  left join lateral (select * from muster.events e where e.space = g.space and e.type = 'claim.ended' and e.event->>'claim' = g.event->>'claim' order by e.seq limit 1) e on true
  left join lateral (
    select max(w.at) as renewed_at, jsonb_object_agg(f.key, f.value order by w.seq, w.op, w.event_number) as fields
    from muster.events w, jsonb_each(w.event) f where w.space = g.space and w.type in ('claim.renewed', 'claim.kept') and w.event->>'claim' = g.event->>'claim'
  ) r on true
  where g.type = 'claim.granted';

  create view muster.messages with (security_invoker = true) as
  select s.space, s.event->>'message' as id, s.at as sent_at, s.event->'fields'->>'from' as "from", s.event->'fields'->>'to' as "to", recipient,
    coalesce(m.event->>'status', 'sent') as status, coalesce(m.at, s.at) as status_at, s.event->'fields'->>'kind' as kind,
    s.event->'fields'->>'subject' as subject, s.event->'fields'->>'body' as body, s.event->'fields'->>'priority' as priority,
    s.event->'fields'->>'thread' as thread, s.event->'fields'->>'replyTo' as reply_to,
    s.at + make_interval(secs => ((s.event->'fields'->>'deadlineMinutes')::double precision) * 60) as deadline, c.at as closed_at, c.event->>'by' as closed_by
  from muster.events s cross join lateral jsonb_array_elements_text(s.event->'fields'->'recipients') recipient
  left join lateral (select * from muster.events m where m.space = s.space and m.type = 'message.marked' and m.event->>'message' = s.event->>'message' and m.event->>'agent' = recipient order by m.seq desc, m.op desc, m.event_number desc limit 1) m on true
  left join lateral (select * from muster.events c where c.space = s.space and c.type = 'help.closed' and c.event->>'message' = s.event->>'message' order by c.seq desc limit 1) c on true
  where s.type = 'message.sent';

  create view muster.technical_decisions with (security_invoker = true) as
  select p.space, p.event->>'decision' as id, (p.event->>'number')::int as number, t.fields->>'category' as category, t.fields->>'title' as title,
    t.fields->>'context' as context, t.fields->>'decision' as decision, t.fields->'alternatives' as alternatives, t.fields->'consequences' as consequences,
    t.fields->>'impact' as impact, p.event->>'proposer' as proposer,
    coalesce(l.event->>'verdict', case l.type when 'decision.implemented' then 'implemented' when 'decision.superseded' then 'superseded' end, 'proposed') as status,
    p.at as proposed_at, v.event->>'by' as reviewed_by, v.at as reviewed_at, v.event->>'note' as review_note, l.at as status_at, l.event->>'replacement' as superseded_by
  from muster.events p
  left join lateral (select * from muster.events l where l.space = p.space and l.type in ('decision.reviewed', 'decision.implemented', 'decision.superseded') and l.event->>'decision' = p.event->>'decision' order by l.seq desc, l.op desc, l.event_number desc limit 1) l on true
  left join lateral (select * from muster.events v where v.space = p.space and v.type = 'decision.reviewed' and v.event->>'decision' = p.event->>'decision' order by v.seq desc, v.op desc, v.event_number desc limit 1) v on true
  cross join lateral (select p.event->'fields' || coalesce((select c.event->'fields' from muster.events c where c.space = p.space and c.type = 'decision.corrected' and c.event->>'decision' = p.event->>'decision' order by c.seq desc limit 1), '{}') as fields) t
  where p.type = 'decision.proposed';

  create view muster.error_log with (security_invoker = true) as
  select f.space, f.event->>'error' as id, (f.event->>'number')::int as number, f.event->'fields'->>'kind' as kind, f.event->'fields'->>'message' as message,
    coalesce(r.severity, f.event->'fields'->>'severity') as severity, coalesce(r.stack, f.event->'fields'->>'stack') as stack, f.event->'fields'->>'resource' as resource,
    f.event->>'agent' as agent, 1 + coalesce(r.times, 0) as count, f.at as first_at, coalesce(r.at, f.at) as last_at,
    d.at as resolved_at, d.event->>'by' as resolved_by, d.event->>'resolution' as resolution
  from muster.events f
  left join lateral (
    select count(*) as times, max(r.at) as at, (array_agg(r.event->>'severity' order by r.seq desc))[1] as severity, (array_agg(r.event->>'stack' order by r.seq desc) filter (where r.event ? 'stack'))[1] as stack
    from muster.events r where r.space = f.space and r.type = 'error.repeated' and r.event->>'error' = f.event->>'error'
  ) r on true
  left join lateral (select * from muster.events d where d.space = f.space and d.type = 'error.resolved' and d.event->>'error' = f.event->>'error' order by d.seq desc limit 1) d on true
  where f.type = 'error.logged';
`
