-- name: sign  who changes what follows in this transaction, and by which import
SELECT set_config('yian.actor', %(actor)s, true), set_config('yian.import', %(import_id)s, true);
