"""What Yi'an can do, measured beside its baselines in the same run: `yian bench NAME --json`."""
