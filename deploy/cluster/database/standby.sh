#!/usr/bin/env bash
# Copies the database where there is none yet, then follows it; the name of the host is the name at the primary.
set -euo pipefail
name=$(hostname)
if [ ! -s "$PGDATA/PG_VERSION" ]; then
    rm -rf "$PGDATA"
    pg_basebackup --dbname="host=database user=standby application_name=$name" --pgdata="$PGDATA" \
        --wal-method=stream --create-slot --slot="$name" --write-recovery-conf --checkpoint=fast
    chmod 700 "$PGDATA"
fi
exec postgres -c hot_standby_feedback=on
