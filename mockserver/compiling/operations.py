"""Compiles paths into operations: what each call does, read from its method, its path and its answer."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from mockserver.compiling.actions import action
from mockserver.compiling.context import CompileContext, strings
from mockserver.compiling.envelopes import Envelope, envelope
from mockserver.compiling.names import other_names
from mockserver.compiling.parameters import body, filter_, is_filter, parameter
from mockserver.compiling.responses import Success, formats, headers, media, success
from mockserver.compiling.serialization import schema_of
from mockserver.compiling.values import scalars_freed
from mockserver.json import Json
from mockserver.language.types import ANY, FILE, OBJECT, Type, object_
from mockserver.plan import Action, Field, Filter, Kind, Operation, Parameter, Resource
from mockserver.plan.media import form
from mockserver.reading.document import pointer
from mockserver.reading.structure import METHODS

Node = dict[str, Json]


@dataclass(frozen=True)
class Route:
    """One operation as it stands in the document."""

    path: str
    method: str
    node: Node
    parameters: list[Node]
    at: str
    answer: Success

    @property
    def placeholders(self) -> list[str]:
        """The names of the path's parameters, in order."""
        return [segment[1:-1] for segment in self.path.split("/") if segment.startswith("{")]

    @property
    def ends_in_placeholder(self) -> bool:
        """Whether the path addresses one thing."""
        return self.path.endswith("}")


def routes(context: CompileContext) -> Iterator[Route]:
    """Every operation of the document; those under the same path share its parameters."""
    for path, shared in context.document.root.get("paths", {}).items():
        for method in METHODS:
            if method not in shared:
                continue
            node = shared[method]
            at = pointer("paths", path, method)
            nodes = [
                context.document.resolve(parameter)
                for parameter in [*shared.get("parameters", []), *node.get("parameters", [])]
            ]
            parameters = list({(parameter["in"], parameter["name"]): parameter for parameter in nodes}.values())
            yield Route(path, method.upper(), node, parameters, at, success(context, node, at))


SAFE_METHODS = ("GET", "HEAD", "OPTIONS", "TRACE")
"""The methods whose calls change nothing (RFC 9110, 9.2.1)."""


def _kind(route: Route, node: Node, answer: Envelope, resource: Resource | None, key: str | None) -> Kind:
    """What a call does, from its method, its path and its answer."""
    if "bulk" in node or "x-stream" in route.node:
        return "bulk" if "bulk" in node else "stream"
    own = resource is not None and answer.resource == resource.name
    if route.method == "GET":
        if answer.many and own and "reply" not in node:
            return "list"
        return "read" if own and key and route.ends_in_placeholder and "reply" not in node else "action"
    if route.method in ("PUT", "PATCH") and key and route.ends_in_placeholder:
        return "update"
    if route.method == "DELETE" and key and route.ends_in_placeholder:
        return "delete"
    return "create" if route.method == "POST" and own and not key and not answer.many else "action"


def _addressing(route: Route, resource: Resource | None) -> tuple[str | None, str, tuple[tuple[str, Field], ...]]:
    """The path parameter that addresses the document, the field it is, and those that name documents above it."""
    if resource is None:
        return None, "id", ()
    own = {name: resource.paths.get(name) for name in route.placeholders}
    parents = tuple(
        (name, field)
        for name, field in own.items()
        if field is not None and field.reference is not None and field.reference.to
    )
    rest = [name for name in route.placeholders if name not in dict(parents)]
    if not rest:
        return None, "id", parents
    field = own[rest[-1]]
    return rest[-1], field.name if field is not None and field.unique else "id", parents


def operation(context: CompileContext, route: Route, resources: dict[str, Resource], kinds: dict[str, str]) -> Operation:
    """The operation of a route."""
    action_node = route.node.get("x-action", {})
    answer = envelope(context, route.answer.schema, resources, f"{route.at}/responses/{route.answer.status}")
    resource = resources.get(action_node.get("resource", answer.resource))
    if "resource" in action_node:
        context.mistakes.add_unless_known(action_node["resource"], resources, f"{route.at}/x-action/resource", "resource")
    key, key_field, parents = _addressing(route, resource)
    parameters, filters = _query(context, route, resource, kinds)
    kind = _kind(route, action_node, answer, resource, key)
    return Operation(
        id=route.node.get("operationId", f"{route.method} {route.path}"),
        method=route.method,
        path=route.path,
        kind=kind,
        status=route.answer.status,
        reply=answer.fill,
        media=media(context, route.answer, action_node, f"{route.at}/x-action"),
        formats=formats(context, route.answer, action_node, f"{route.at}/x-action", route.method),
        answer_headers=headers(context, route.answer),
        resource=resource,
        key=key,
        key_field=key_field,
        parents=parents,
        parameters=parameters,
        headers=_parameters(context, route, "header", kinds),
        cookies=_parameters(context, route, "cookie", kinds),
        path_parameters=_parameters(context, route, "path", kinds),
        filters=filters,
        aliases=other_names(context, route.parameters, resource, (parameters, filters), route.at),
        members=_members(context, parameters, filters, route.at),
        field_lists=_field_lists(context) if kind == "list" else frozenset(),
        body=body(context, route.node.get("requestBody"), f"{route.at}/requestBody"),
        scopes=strings(route.node.get("x-scope")),
        secured=_secured(route.node.get("security", context.document.root.get("security", []))),
        action=_action(context, route, action_node, resource, answer),
        result=resources.get(answer.resource) if answer.resource else None,
        file=route.answer.file,
        idempotent=_repeatable(context, route),
        safe=route.method in SAFE_METHODS,
    )


def _secured(security: Json) -> bool:
    """Whether credentials are needed: an empty requirement among others makes them optional (OpenAPI 3.0, Operation)."""
    return bool(security) and {} not in security


def _repeatable(context: CompileContext, route: Route) -> bool:
    """Whether it takes the header by which a call says that it is the repetition of another; only a POST may."""
    header = context.document.root.get("x-sandbox", {}).get("idempotency", {}).get("header", "")
    declared = any(node["in"] == "header" and node["name"].lower() == header.lower() for node in route.parameters)
    if declared and route.method != "POST":
        context.mistakes.add(route.at, f"only a POST can say that it is a repetition: leave {header} out")
    return declared


def _action(context: CompileContext, route: Route, action_node: Node, resource: Resource | None, answer: Envelope) -> Action:
    content: Node = context.document.resolve(route.node.get("requestBody", {})).get("content", {})
    first: Node = next(iter(content.values()), {})
    schema = first.get("schema")
    types = {"input": context.schema_type(schema) if schema else object_() if not content else OBJECT}
    types |= {location: _parameters_type(context, route, location, resource is not None) for location in ("query", "path")}
    names = context.document_names(resource.name) if resource else context.call_names
    with context.with_names({**names, **types}):
        name = resource.name if resource else None
        compiled = action(context, action_node, f"{route.at}/x-action", name, _result(route, answer))
        if route.answer.file and context.names is not None:
            _check_file(context, context.template_type(action_node["reply"]), route)
        return compiled


def _parameters_type(context: CompileContext, route: Route, location: str, documents: bool) -> Type:
    """The type of the parameters of a location that are no filters; `documents` says whether there are some to filter."""
    nodes = [node for node in route.parameters if node["in"] == location and not is_filter(node, documents)]
    return object_(**{node["name"]: context.schema_type(schema_of(context, node)) for node in nodes})


def _result(route: Route, answer: Envelope) -> Type:
    """The type that a reply must have: a page is described in its own words, and XML writes any scalar as text."""
    how = form(route.answer.media_type)
    return ANY if how == "pdf" else scalars_freed(answer.result) if how == "xml" else answer.result


def _check_file(context: CompileContext, reply_type: Type, route: Route) -> None:
    """Note a reply that is to name a file and is something else."""
    if reply_type not in (FILE, ANY):
        context.mistakes.add(f"{route.at}/x-action/reply", "this is no file: name a property with format binary")


def _parameters(context: CompileContext, route: Route, location: str, kinds: dict[str, str]) -> tuple[Parameter, ...]:
    return tuple(
        parameter(context, node, kinds, f"{route.at}/parameters/{node['name']}")
        for node in route.parameters
        if node["in"] == location
    )


def _members(
    context: CompileContext, parameters: dict[str, Parameter], filters: dict[str, Filter], at: str
) -> dict[str, str]:
    """The query parameters that are objects and exploded, by the names of their members; a name that is taken is noted."""
    members: dict[str, str] = {}
    for declared in parameters.values():
        how = declared.serialization
        for name in how.members if declared.type == "object" and how.explode and how.style == "form" else ():
            if name in parameters or name in filters or name in members:
                context.mistakes.add(f"{at}/parameters/{declared.name}", f"{name} is already the name of a parameter")
            members[name] = declared.name
    return members


def _field_lists(context: CompileContext) -> frozenset[str]:
    listing = context.document.root.get("x-sandbox", {}).get("listing", {})
    return frozenset(listing[name] for name in ("sort", "searchFields") if name in listing)


def _query(
    context: CompileContext, route: Route, resource: Resource | None, kinds: dict[str, str]
) -> tuple[dict[str, Parameter], dict[str, Filter]]:
    plain: dict[str, Parameter] = {}
    filters: dict[str, Filter] = {}
    for node in route.parameters:
        if is_filter(node, resource is not None):
            if resource is None:
                context.mistakes.add(route.at, f"{node['name']} filters a list, and this is none")
                continue
            compiled = filter_(context, node, resource, f"{route.at}/parameters/{node['name']}")
            filters.update({node["name"]: compiled} if compiled else {})
        elif node["in"] == "query":
            plain[node["name"]] = parameter(context, node, kinds, f"{route.at}/parameters/{node['name']}")
    return plain, filters


def located(operations: dict[str, Operation]) -> dict[str, Operation]:
    """The operations, each that creates something knowing where it can be read."""
    readers = {entry.resource.name: entry for entry in operations.values() if entry.kind == "read" and entry.resource}
    return {
        name: replace(entry, read_operation=readers.get(entry.result.name))
        if entry.status == 201 and entry.result
        else entry
        for name, entry in operations.items()
    }
