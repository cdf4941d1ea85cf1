-- Who answered an alert at an instant, by the log: one who was forwarded a link is named there only.
CREATE FUNCTION said_at(alert alerts, moment timestamptz) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT l.actor FROM alert_log l
    WHERE l.incident_id = alert.incident_id AND l.alert_id = alert.alert_id AND l.at = moment AND l.person_id IS NULL
      AND l.action IN ('acknowledge', 'on_scene', 'confirm', 'resolve') AND l.via LIKE 'link %'
    ORDER BY l.number DESC LIMIT 1
$$;
