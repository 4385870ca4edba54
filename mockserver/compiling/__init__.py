"""Compiles a contract, once it is read, into a plan; every mistake is noted with its place."""
