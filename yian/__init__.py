"""The composition root: settings, command line, embedded services. The only room that knows all others."""
