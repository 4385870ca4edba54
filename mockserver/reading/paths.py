"""Checks that what paths and operations name exists: parameters, tags, security schemes, and where links lead."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from mockserver.json import Json
from mockserver.reading.document import Document, pointer
from mockserver.reading.errors import Mistakes, suggestion
from mockserver.reading.schema import Schema, flat
from mockserver.reading.structure import METHODS

Node = dict[str, Json]

PLACEHOLDER = re.compile(r"{([^{}]*)}")
SOURCE = re.compile(r"\$(url|method|statusCode|(request|response)\.(body(#(?P<body>/.*)?)?|(header|query|path)\..+))")
"""A runtime expression of a link, as OpenAPI calls it."""


@dataclass(frozen=True)
class _Operation:
    """An operation with the parameters of its path, each with where it stands."""

    node: Node
    at: str
    path: str
    parameters: Mapping[str, Node]

    def names(self, location: str) -> list[str]:
        """The parameters of a location."""
        return [str(node["name"]) for node in self.parameters.values() if node["in"] == location]


@dataclass
class _Names:
    """What a document declares, and the mistakes of what it uses."""

    document: Document
    mistakes: Mistakes
    operations: dict[str, _Operation] = field(default_factory=dict)


STYLES: Mapping[str, tuple[str, ...]] = {
    "query": ("form", "spaceDelimited", "pipeDelimited", "deepObject"),
    "path": ("simple", "matrix", "label"),
    "header": ("simple",),
    "cookie": ("form",),
}
"""The styles that parameters of each location may have (OpenAPI 3.0, Style Values)."""


def check_paths(document: Document, mistakes: Mistakes) -> None:
    """Note what the paths of a document name and nothing declares."""
    names = _Names(document, mistakes)
    operations = list(_operations(document))
    names.operations = {str(operation.node.get("operationId")): operation for operation in operations}
    tags = [tag["name"] for tag in document.root.get("tags", ())]
    _check_security(names, document.root.get("security", []), "#/security")
    for operation in operations:
        _check_parameters(names, operation)
        _check_security(names, operation.node.get("security", []), f"{operation.at}/security")
        for index, tag in enumerate(operation.node.get("tags", ()) if tags else ()):
            names.mistakes.add_unless_known(tag, tags, f"{operation.at}/tags/{index}", "tag")
        for status, response in operation.node["responses"].items():
            _check_links(names, operation, document.resolve(response), f"{operation.at}/responses/{status}")


def _operations(document: Document) -> Iterator[_Operation]:
    for path, shared in document.root.get("paths", {}).items():
        for method in METHODS:
            if method in shared:
                at = pointer("paths", path)
                parameters = {
                    f"{where}/parameters/{index}": document.resolve(node)
                    for where, holder in ((at, shared), (f"{at}/{method}", shared[method]))
                    for index, node in enumerate(holder.get("parameters", ()))
                }
                yield _Operation(shared[method], f"{at}/{method}", path, parameters)


def _check_parameters(names: _Names, operation: _Operation) -> None:
    """Note parameters that the path does not have, and those it has that are not declared."""
    placeholders = PLACEHOLDER.findall(operation.path)
    for at, node in operation.parameters.items():
        styles = STYLES.get(node["in"], ())
        if "style" in node and node["style"] not in styles:
            location = node["in"]
            names.mistakes.add(f"{at}/style", f"{node['style']} is no style of {location}: use {' or '.join(styles)}")
        if node["in"] != "path":
            continue
        if node["name"] not in placeholders:
            hint = suggestion(node["name"], placeholders)
            names.mistakes.add(f"{at}/name", f"the path has no {{{node['name']}}}{hint}")
        if node.get("required") is not True:
            names.mistakes.add(at, "a parameter of the path is required: true")
    for name in placeholders:
        if name not in operation.names("path"):
            hint = suggestion(name, operation.names("path"), ": declare it in parameters, in: path")
            names.mistakes.add(operation.at, f"nothing declares {{{name}}} of the path{hint}")


def _check_security(names: _Names, requirements: list[Node], at: str) -> None:
    schemes = names.document.root.get("components", {}).get("securitySchemes", {})
    for index, requirement in enumerate(requirements):
        for name, scopes in requirement.items():
            names.mistakes.add_unless_known(name, schemes, f"{at}/{index}/{name}", "security scheme")
            flows: Node = names.document.resolve(schemes.get(name, {})).get("flows", {})
            granted = [scope for flow in flows.values() for scope in flow.get("scopes", ())]
            for position, scope in enumerate(scopes if granted else ()):
                names.mistakes.add_unless_known(scope, granted, f"{at}/{index}/{name}/{position}", "scope")


def _check_links(names: _Names, operation: _Operation, response: Node, at: str) -> None:
    for name, node in response.get("links", {}).items():
        link, here = names.document.resolve(node), f"{at}/links{pointer(name)[1:]}"
        if "operationId" not in link:
            continue
        names.mistakes.add_unless_known(link["operationId"], list(names.operations), f"{here}/operationId", "operation")
        target = names.operations.get(link["operationId"])
        for parameter, source in link.get("parameters", {}).items():
            if target is not None:
                taken = [*(f"{part['in']}.{part['name']}" for part in target.parameters.values())]
                taken += [name.split(".", 1)[1] for name in taken]
                noun = f"parameter of {link['operationId']}"
                names.mistakes.add_unless_known(parameter, taken, f"{here}/parameters/{parameter}", noun)
            _check_source(names, operation, response, source, f"{here}/parameters/{parameter}")


def _check_source(names: _Names, operation: _Operation, response: Node, source: Json, at: str) -> None:
    """Note a runtime expression that leads nowhere."""
    if not isinstance(source, str) or not source.startswith("$"):
        return
    match = SOURCE.fullmatch(source)
    if match is None:
        names.mistakes.add(at, f"{source} is no runtime expression: write one as $response.body#/id or $request.path.id")
    elif source.startswith("$request.path."):
        names.mistakes.add_unless_known(source.removeprefix("$request.path."), operation.names("path"), at, "path parameter")
    elif match["body"] and source.startswith("$response"):
        _check_body(names, response, match["body"].split("/")[1:], at)


def _check_body(names: _Names, response: Node, steps: list[str], at: str) -> None:
    content: Node = response.get("content", {})
    media: Node = next(iter(content.values()), {})
    schema: Schema = media.get("schema", {})
    for step in steps:
        node = flat(names.document, schema)
        if node.get("type") == "array" and step.isdecimal():
            schema = node.get("items", {})
        elif "properties" in node:
            names.mistakes.add_unless_known(step, node["properties"], at, "property")
            schema = node["properties"].get(step, {})
        else:
            return
