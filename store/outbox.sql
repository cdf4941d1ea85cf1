-- name: insert  one message per person and stage; one that was withdrawn is wanted again
INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title, body, urgent, created_at,
                           next_try_at, sent_at, sent_by)
VALUES (%(incident_id)s, %(home_id)s, %(person_id)s, %(stage)s, %(channels)s, %(title)s, %(body)s, %(urgent)s,
        %(now)s, %(now)s, CASE WHEN %(on_board)s THEN %(now)s::timestamptz END,
        CASE WHEN %(on_board)s THEN 'board' END)
ON CONFLICT (incident_id, person_id, stage) DO UPDATE
SET withdrawn_at = NULL, given_up_at = NULL, channels = EXCLUDED.channels, title = EXCLUDED.title,
    body = EXCLUDED.body, urgent = EXCLUDED.urgent, created_at = EXCLUDED.created_at,
    next_try_at = EXCLUDED.next_try_at, sent_at = EXCLUDED.sent_at, sent_by = EXCLUDED.sent_by,
    last_error = NULL, channel_index = 0, tries = 0
WHERE notifications.withdrawn_at IS NOT NULL AND notifications.sent_at IS NULL
RETURNING notification_id;

-- name: withdraw  on an answer: this person's, else what is on its way up the ladder; all of a closed incident
UPDATE notifications n SET withdrawn_at = %(now)s, given_up_at = %(now)s, last_error = 'answered'
WHERE n.incident_id = %(incident_id)s AND n.sent_at IS NULL AND n.given_up_at IS NULL
  AND (n.person_id = %(person_id)s
       OR (%(person_id)s::int IS NULL
           AND (n.stage ~ '[+][0-9]+(#[0-9]+)?$'
                OR EXISTS (SELECT FROM incidents i WHERE i.incident_id = n.incident_id
                           AND i.closed_at IS NOT NULL))));

-- name: withdraw_answered  of what is due or claimed: its incident is closed, or this person has answered what it was about
UPDATE notifications n SET withdrawn_at = %(now)s, given_up_at = %(now)s, last_error = 'answered'
WHERE n.sent_at IS NULL AND n.given_up_at IS NULL AND n.withdrawn_at IS NULL
  AND (n.next_try_at <= %(now)s OR n.notification_id = ANY (%(claimed)s::bigint[]))
  AND n.incident_id IS NOT NULL
  AND (EXISTS (SELECT FROM incidents i WHERE i.incident_id = n.incident_id AND i.closed_at IS NOT NULL)
       OR EXISTS (SELECT FROM alert_log l
                  WHERE l.incident_id = n.incident_id AND l.person_id = n.person_id
                    -- who confirms is told of the new stage in the same moment, with the words for 119
                    AND (l.at > n.created_at AND l.action = ANY ('{confirm,resolve}')
                         OR l.at >= n.created_at AND l.action = ANY ('{acknowledge,on_scene}')))
          AND NOT EXISTS (SELECT FROM alerts a WHERE a.incident_id = n.incident_id AND a.state = 'raised'
                          AND a.raised_at <= n.created_at));

-- name: no_longer_wanted  of what was claimed: withdrawn, or sent by another sender
SELECT notification_id FROM notifications
WHERE notification_id = ANY (%(claimed)s::bigint[]) AND (withdrawn_at IS NOT NULL OR sent_at IS NOT NULL);

-- name: claim  the most urgent of what is due; `next_try_at` becomes a lease, after which it is tried again
UPDATE notifications n
SET next_try_at = %(now)s + CASE WHEN n.urgent THEN %(urgent_lease)s::interval ELSE %(lease)s::interval END,
    tries = n.tries + 1
FROM (SELECT notification_id FROM notifications
      WHERE sent_at IS NULL AND given_up_at IS NULL AND withdrawn_at IS NULL AND next_try_at <= %(now)s
        AND (urgent OR %(ordinary)s)
      ORDER BY urgent DESC, next_try_at, notification_id LIMIT %(limit)s FOR UPDATE SKIP LOCKED) AS due
WHERE n.notification_id = due.notification_id
RETURNING n.notification_id, n.incident_id, n.person_id, n.stage, n.channels, n.title, n.body, n.urgent,
          n.created_at, n.tries, n.channel_index;

-- name: channels  all that a message may go by
SELECT DISTINCT unnest(channels) FROM people WHERE disabled_at IS NULL;

-- name: mark_sent
UPDATE notifications SET sent_at = %(now)s, sent_by = %(sent_by)s, receipt = %(receipt)s, given_up_at = NULL
WHERE notification_id = %(notification_id)s AND sent_at IS NULL
RETURNING sent_at - created_at;

-- name: mark_failed  unless somebody has claimed it anew meanwhile
UPDATE notifications SET next_try_at = %(next_try_at)s, channel_index = %(channel_index)s,
                         last_error = coalesce(%(error)s, last_error)
WHERE notification_id = %(notification_id)s AND sent_at IS NULL AND withdrawn_at IS NULL AND tries = %(tries)s;

-- name: mark_given_up
UPDATE notifications SET given_up_at = %(now)s, last_error = %(error)s
WHERE notification_id = %(notification_id)s AND sent_at IS NULL AND withdrawn_at IS NULL AND tries = %(tries)s;

-- name: retire_channel  a person's channel that has ended; nothing where they do not have it
UPDATE people SET channels = array_remove(channels, %(channel)s)
WHERE person_id = %(person_id)s AND %(channel)s = ANY (channels)
RETURNING name, cardinality(channels) AS channels;

-- name: channel_ok  a channel that is well again; says since when it had been failing if that was reported
WITH before AS (SELECT failing_since FROM channel_health WHERE channel = %(channel)s AND reported_at IS NOT NULL)
INSERT INTO channel_health AS h (channel, last_ok_at) VALUES (%(channel)s, %(now)s)
ON CONFLICT (channel) DO UPDATE
SET failures = 0, failing_since = NULL, reported_at = NULL, last_ok_at = EXCLUDED.last_ok_at
WHERE h.failures > 0 OR h.last_ok_at IS NULL OR h.last_ok_at < EXCLUDED.last_ok_at - interval '1 minute'
RETURNING (SELECT failing_since FROM before);

-- name: channel_failed
INSERT INTO channel_health AS h (channel, failures, failing_since, last_error)
VALUES (%(channel)s, 1, %(now)s, %(error)s)
ON CONFLICT (channel) DO UPDATE
SET failures = h.failures + 1, failing_since = coalesce(h.failing_since, EXCLUDED.failing_since),
    last_error = EXCLUDED.last_error
RETURNING failures, failing_since, reported_at;

-- name: report_channel  once per outage
UPDATE channel_health SET reported_at = %(now)s WHERE channel = %(channel)s AND reported_at IS NULL
RETURNING channel;

-- name: failing_channels  how many were reported and are not well again
SELECT count(*)::int FROM channel_health WHERE reported_at IS NOT NULL;

-- name: overseers  the people who see to the service itself
SELECT person_id, channels FROM people
WHERE role = ANY ('{bureau,admin}') AND disabled_at IS NULL ORDER BY person_id;
