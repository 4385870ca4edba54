"""Runs operations: everything that happens to documents, without a word of HTTP."""
