"""The document as it is served: without the vocabulary's keys, which are the sandbox's own business."""

from mockserver.describing.portable import make_portable
from mockserver.json import Json, plain
from mockserver.reading.document import Document
from mockserver.reading.vocabulary import NAMED, OPAQUE


def served(document: Document) -> dict[str, Json]:
    """An OpenAPI document for anyone's tools."""
    openapi: dict[str, Json] = plain(_without(document.root, ()))
    make_portable(openapi)
    return openapi


def _without(node: Json, steps: tuple[str, ...]) -> Json:
    if isinstance(node, list):
        return [_without(member, (*steps, "")) for member in node]
    if not isinstance(node, dict):
        return node
    names = bool(steps) and steps[-1] in NAMED and (len(steps) < 2 or steps[-2] not in ("properties", "schemas"))
    members = {key: value for key, value in node.items() if names or not key.startswith("x-")}
    sentences = [] if names or "type" not in node else [*_default(node), *_decimals(node)]
    if sentences:
        members["description"] = " ".join([node["description"], *sentences] if "description" in node else sentences)
    return {key: value if key in OPAQUE and not names else _without(value, (*steps, key)) for key, value in members.items()}


def _default(node: dict[str, Json]) -> list[str]:
    """A property's default, for its description, where that is a plain value.

    Not as `default`: clients generated from a document send defaults along with every update.
    """
    value = node.get("x-default")
    if isinstance(value, dict | list) or value is None or "{{" in str(value):
        return []
    return [f"Default: {str(value).lower() if isinstance(value, bool) else value}."]


def _decimals(node: dict[str, Json]) -> list[str]:
    """How fine a number may be, for its description: `multipleOf` would be divided in floats by others."""
    decimals = node.get("x-decimals")
    return [] if decimals is None else [f"At most {decimals} decimal place{'' if decimals == 1 else 's'}."]


def yaml_text(openapi: dict[str, Json]) -> str:
    """The same as YAML, in the order written."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(openapi, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))
