-- name: insert  one message per person and stage
INSERT INTO notifications (incident_id, home_id, person_id, stage, channels, title, body, urgent, created_at,
                           next_try_at, sent_at, sent_by)
VALUES (%(incident_id)s, %(home_id)s, %(person_id)s, %(stage)s, %(channels)s, %(title)s, %(body)s, %(urgent)s,
        %(now)s, %(now)s, CASE WHEN %(on_board)s THEN %(now)s::timestamptz END,
        CASE WHEN %(on_board)s THEN 'board' END)
ON CONFLICT (incident_id, person_id, stage) DO NOTHING RETURNING notification_id;

-- name: withdraw  what is not sent yet is not wanted any more
UPDATE notifications SET given_up_at = %(now)s, last_error = 'answered'
WHERE incident_id = %(incident_id)s AND sent_at IS NULL AND given_up_at IS NULL
  AND (%(person_id)s::int IS NULL OR person_id = %(person_id)s);

-- name: claim  what is due, urgent first, leased: a sender that dies leaves it to be sent again
UPDATE notifications n SET next_try_at = %(leased_until)s, tries = n.tries + 1
WHERE n.notification_id IN (
    SELECT c.notification_id FROM notifications c
    WHERE c.sent_at IS NULL AND c.given_up_at IS NULL AND c.next_try_at <= %(now)s
    ORDER BY c.urgent DESC, c.next_try_at LIMIT %(limit)s FOR UPDATE SKIP LOCKED)
RETURNING n.notification_id, n.incident_id, n.person_id, n.stage, n.channels, n.title, n.body, n.urgent,
          n.created_at, n.tries, n.channel_index;

-- name: still_wanted  not answered by this person, not withdrawn, incident still open
SELECT n.sent_at IS NULL AND n.given_up_at IS NULL
   AND (n.incident_id IS NULL OR EXISTS (SELECT FROM incidents i
        WHERE i.incident_id = n.incident_id AND i.closed_at IS NULL))
   AND NOT EXISTS (SELECT FROM alert_log l WHERE l.incident_id = n.incident_id AND l.person_id = n.person_id
        AND l.action IN ('acknowledge', 'on_scene', 'confirm') AND l.at >= n.created_at)
FROM notifications n WHERE n.notification_id = %(notification_id)s;

-- name: sent
UPDATE notifications SET sent_at = %(now)s, sent_by = %(channel)s, receipt = %(receipt)s
WHERE notification_id = %(notification_id)s AND sent_at IS NULL;

-- name: retry
UPDATE notifications SET next_try_at = %(next_try_at)s, channel_index = %(channel_index)s, last_error = %(error)s
WHERE notification_id = %(notification_id)s AND sent_at IS NULL;

-- name: give_up
UPDATE notifications SET given_up_at = %(now)s, last_error = %(error)s
WHERE notification_id = %(notification_id)s AND sent_at IS NULL;
