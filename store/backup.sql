-- name: server  which server this is, and the version of TimescaleDB in this database
SELECT current_setting('server_version_num')::int / 10000,
       (SELECT extversion FROM pg_extension WHERE extname = 'timescaledb');

-- name: timescale_here  whether this server could take a database with TimescaleDB, and in which versions
SELECT coalesce(array_agg(version), '{}') FROM pg_available_extension_versions
WHERE name = 'timescaledb' AND current_setting('shared_preload_libraries') LIKE '%%timescaledb%%';

-- name: snapshot  what another session may look at as we see it
SELECT pg_export_snapshot();

-- name: tables  all of ours; chunks of a hypertable are counted with it
SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY tablename;

-- name: migrations
SELECT name FROM schema_migrations ORDER BY name;
