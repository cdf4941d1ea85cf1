"""HTTP API, live stream and the board. It reads the store and passes answers to the alert engine."""
