"""Makes an OpenAPI document one that the tools of others can take: what they read otherwise is written as all read it."""

from collections import deque
from collections.abc import Iterable, Iterator

from mockserver import json
from mockserver.json import Json
from mockserver.reading.document import tokens
from mockserver.reading.naming import ANNOTATIONS, Inline, essence, inline_schemas

SCHEMAS = "#/components/schemas/"


def make_portable(openapi: dict[str, Json]) -> None:
    """Change a document in place, so that it allows the same and every schema has a name, and none is of no use."""
    for link in _links(openapi):
        _word_body(link)
    for node in list(_mappings(openapi)):
        _flatten(node)
        _type_nullable(node, openapi)
        _type_choices(node)
    _name_schemas(openapi)
    _drop_unused(openapi)


def _links(openapi: dict[str, Json]) -> Iterator[dict[str, Json]]:
    """The links of a document: those of its components, and those that stand in a response."""
    for node in _mappings(openapi):
        links = node.get("links")
        if isinstance(links, dict):
            yield from (link for link in links.values() if isinstance(link, dict))


def _word_body(link: dict[str, Json]) -> None:
    """Tell the body of a link in its description where it is no text: several readers take texts alone."""
    body = link.get("requestBody")
    if body is not None and not isinstance(body, str):
        del link["requestBody"]
        sentence = f"The body: `{json.write(body).decode()}`."
        link["description"] = f"{link['description']} {sentence}" if "description" in link else sentence


def _flatten(node: dict[str, Json]) -> None:
    """Write an `allOf` of one schema as that schema: it composes nothing."""
    parts = node.get("allOf")
    if not isinstance(parts, list) or len(parts) != 1 or parts[0].keys() & node.keys():
        return
    if "$ref" not in parts[0] or len(node) == 1:
        del node["allOf"]
        node.update(parts[0])


def _type_nullable(node: dict[str, Json], openapi: dict[str, Json]) -> None:
    """Write the type beside `nullable`, which says nothing without one (OpenAPI 3.0.3, schema object)."""
    if node.get("nullable") is True and "type" not in node and (kind := _type(node, openapi)):
        node["type"] = kind


def _type_choices(node: dict[str, Json]) -> None:
    """Write the type of a choice in each alternative without one: formats alone are no types to generators."""
    kind: dict[str, Json] = {key: node[key] for key in ("type", "nullable") if key in node}
    if isinstance(node.get("type"), str):
        for key in {"anyOf", "oneOf"} & node.keys():
            node[key] = [{**kind, **branch} if _is_untyped(branch) else branch for branch in node[key]]


def _is_untyped(branch: Json) -> bool:
    """Whether a schema neither says a type nor leaves it to others."""
    return isinstance(branch, dict) and branch.keys().isdisjoint(("type", "$ref", "allOf", "anyOf", "oneOf", "not"))


def _type(node: Json, openapi: dict[str, Json]) -> str | None:
    """The type of a schema, or of the schemas that it lays together."""
    while "$ref" in node:
        node = _at(openapi, node["$ref"])
    if "type" in node:
        return str(node["type"])
    types = {_type(part, openapi) for key in ("allOf", "anyOf", "oneOf") for part in node.get(key, ())} - {None}
    return types.pop() if len(types) == 1 else "object" if "properties" in node else None


def _name_schemas(openapi: dict[str, Json]) -> None:
    """Make a component of every object and list of choices that stands inside another schema."""
    components = openapi.get("components", {})
    schemas: dict[str, Json] = components.get("schemas", {})
    for inline in list(inline_schemas(openapi)):
        name = _free_name(inline, schemas)
        annotations = {key: value for key, value in inline.node.items() if key in ANNOTATIONS and key != "title"}
        schema = {key: value for key, value in inline.node.items() if key not in ANNOTATIONS}
        if "description" in annotations:
            schema = {"description": annotations["description"], **schema}
        schemas.setdefault(name, schema)
        _refer(inline.node, name, annotations if annotations.keys() - {"description"} else {})
    if schemas:
        components["schemas"] = schemas


def _free_name(inline: Inline, schemas: dict[str, Json]) -> str:
    """The name of a schema, numbered where another schema has it that allows something else."""
    name, number = inline.name, 2
    while name in schemas and essence(schemas[name]) != essence(inline.node):
        name, number = f"{inline.name}{number}", number + 1
    return name


def _refer(node: dict[str, Json], name: str, annotations: dict[str, Json]) -> None:
    """Make a schema a reference; what is said of this place alone stands beside it, as OpenAPI 3.0 lets it."""
    reference: dict[str, Json] = {"$ref": SCHEMAS + name}
    beside: dict[str, Json] = {"type": node["type"], "nullable": True} if node.get("nullable") and "type" in node else {}
    node.clear()
    node.update(reference if not annotations else {**beside, **annotations, "allOf": [reference]})


def _drop_unused(openapi: dict[str, Json]) -> None:
    """Leave out the components that no operation leads to."""
    components = openapi.get("components", {})
    if "paths" not in openapi:
        return
    used = {("securitySchemes", name) for name in components.get("securitySchemes", ())}
    waiting = deque(_references({key: value for key, value in openapi.items() if key != "components"}))
    while waiting:
        section, name = key = waiting.popleft()
        if key not in used:
            used.add(key)
            waiting.extend(_references(components.get(section, {}).get(name)))
    for section, members in list(components.items()):
        components[section] = {name: node for name, node in members.items() if (section, name) in used}
        if not components[section]:
            del components[section]


def _references(node: Json) -> Iterator[tuple[str, str]]:
    """The components that a part of a document leads to: section and name."""
    for mapping in _mappings(node):
        targets: Iterable[Json] = [mapping.get("$ref")]
        discriminator = mapping.get("discriminator")
        if isinstance(discriminator, dict):
            targets = [*targets, *discriminator.get("mapping", {}).values()]
        for target in targets:
            if isinstance(target, str) and target.startswith("#/components/"):
                _, section, name, *_ = tokens(target[1:])
                yield section, name


def _mappings(node: Json) -> Iterator[dict[str, Json]]:
    """Every mapping of a document."""
    if isinstance(node, dict):
        yield node
        for member in node.values():
            yield from _mappings(member)
    elif isinstance(node, list):
        for member in node:
            yield from _mappings(member)


def _at(openapi: dict[str, Json], reference: str) -> Json:
    """What a reference leads to."""
    node: Json = openapi
    for step in tokens(reference.removeprefix("#")):
        node = node[step]
    return node
