"""A stateful sandbox server that reads everything it knows from an OpenAPI document."""

__version__ = "0.1.0"
