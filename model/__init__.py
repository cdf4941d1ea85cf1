"""The words everyone shares: events, devices, places, people, alert states. Pure: no I/O, no clock."""
