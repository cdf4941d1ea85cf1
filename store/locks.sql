-- name: lock_home  serialise what concerns one home until the transaction ends
SELECT pg_advisory_xact_lock(7149, %(home_id)s);

-- name: lock_homes  the same for several, in this order
SELECT pg_advisory_xact_lock(7149, h.home_id)
FROM unnest(%(home_ids)s::int[]) WITH ORDINALITY AS h (home_id, n) ORDER BY h.n;
