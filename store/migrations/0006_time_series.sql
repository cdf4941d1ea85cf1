-- Readings: a hypertable where TimescaleDB is, a BRIN index where it is not.
DO $$
BEGIN
    IF EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
       AND current_setting('shared_preload_libraries') LIKE '%timescaledb%' THEN
        CREATE EXTENSION IF NOT EXISTS timescaledb;
        PERFORM create_hypertable('readings', 'happened_at', chunk_time_interval => interval '1 day',
                                  create_default_indexes => false);
    ELSE
        CREATE INDEX readings_by_time ON readings USING brin (happened_at);
    END IF;
END $$;
