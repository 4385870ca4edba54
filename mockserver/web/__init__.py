"""HTTP: routing, credentials, reading requests and writing answers."""
