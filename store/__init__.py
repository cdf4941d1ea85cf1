"""Schema, migrations and queries. SQL stands in .sql files beside the module that runs it."""
