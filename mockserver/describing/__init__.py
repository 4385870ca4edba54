"""Describes a plan to others: as a plain OpenAPI document, and as AsyncAPI."""
