"""Fills a sandbox: fixtures replayed through the engine, and invented documents."""
