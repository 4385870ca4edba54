"""The contract: read once, compiled into a plan."""
