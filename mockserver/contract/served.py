"""The document as it is served: without the vocabulary's keys, which are the sandbox's own business."""

from mockserver.contract.document import Document
from mockserver.contract.vocabulary import NAMED, OPAQUE
from mockserver.json import Json, plain


def served(document: Document) -> dict[str, Json]:
    """An OpenAPI document for anyone's tools."""
    whole: dict[str, Json] = plain(_without(document.root, ()))
    return whole


def _without(node: Json, steps: tuple[str, ...]) -> Json:
    if isinstance(node, list):
        return [_without(member, (*steps, "")) for member in node]
    if not isinstance(node, dict):
        return node
    names = bool(steps) and steps[-1] in NAMED and (len(steps) < 2 or steps[-2] not in ("properties", "schemas"))
    kept = {key: value for key, value in node.items() if names or not key.startswith("x-")}
    if not names and "x-default" in node and "type" in node:
        kept |= _told(node)
    return {key: value if key in OPAQUE and not names else _without(value, (*steps, key)) for key, value in kept.items()}


def _told(node: dict[str, Json]) -> dict[str, Json]:
    """The description of a property with its default, where that is a plain value.

    Not as `default`: clients generated from a document send defaults along with every update.
    """
    value = node["x-default"]
    if isinstance(value, dict | list) or value is None or "{{" in str(value):
        return {}
    shown = {True: "true", False: "false"}.get(value, value) if isinstance(value, bool) else value
    return {"description": f"{node.get('description', '')} Default: {shown}.".strip()}


def yaml_text(whole: dict[str, Json]) -> str:
    """The same as YAML, in the order written."""
    import yaml

    dumper = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
    return str(yaml.dump(whole, Dumper=dumper, sort_keys=False, allow_unicode=True, width=120))
