#!/usr/bin/env bash
# Runs once, as the database is made: a login for the stand-bys, and commits that wait for one of the two.
set -euo pipefail
psql --username="$POSTGRES_USER" --dbname="$POSTGRES_DB" --set=ON_ERROR_STOP=1 --set=password="$STANDBY_PASSWORD" <<'SQL'
CREATE ROLE standby REPLICATION LOGIN PASSWORD :'password';
-- Takes effect at the start that follows. With two, the loss of one holds nothing up.
ALTER SYSTEM SET synchronous_standby_names = 'ANY 1 (standby_1, standby_2)';
SQL
echo "host replication standby samenet scram-sha-256" >> "$PGDATA/pg_hba.conf"
