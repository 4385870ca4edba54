"""Reads a contract: files and references into one document, the keys it may use, its schemas."""
