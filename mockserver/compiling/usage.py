"""Checks that what `x-sandbox` and operations name is there: parameters, scopes, keywords, headers, fields to sort by."""

from collections.abc import Iterator

from mockserver.compiling.context import CompileContext, strings
from mockserver.compiling.parameters import ALIKE, WORD
from mockserver.compiling.servers import server_paths
from mockserver.json import Json
from mockserver.plan import Operation, Plan
from mockserver.reading.document import pointer
from mockserver.reading.errors import suggestion
from mockserver.reading.messages import SENTENCES

AT = "#/x-sandbox"

KEYWORDS = {*SENTENCES, "anyOf", "oneOf", "not", "multipleOf", "contentType", "unique", "reference", "immutable"}
"""What a flaw of a field may have gone against."""


def check_usage(context: CompileContext, plan: Plan) -> None:
    """Note every name of a convention that nothing answers to."""
    node = context.document.root.get("x-sandbox", {})
    _check_parameters(context, plan, node)
    for keyword in node.get("errors", {}).get("details", {}):
        context.mistakes.add_unless_known(keyword, KEYWORDS, f"{AT}/errors/details/{keyword}", "keyword")
    _check_scopes(context, plan, node.get("security", {}))
    _check_servers(context, node.get("basePaths", []))
    for operation in plan.operations.values():
        if operation.kind == "list":
            _check_order(context, plan, operation)


def _check_parameters(context: CompileContext, plan: Plan, node: dict[str, Json]) -> None:
    """Note parameters that no operation declares."""
    operations = plan.operations.values()
    query = {name for operation in operations for name in (*operation.parameters, *operation.filters)}
    others = {parameter.name for operation in operations for parameter in (*operation.headers, *operation.path_parameters)}
    for role, name in node.get("listing", {}).items():
        if isinstance(name, str):
            context.mistakes.add_unless_known(name, query, f"{AT}/listing/{role}", "query parameter")
    for name in node.get("errors", {}).get("parameters", {}):
        context.mistakes.add_unless_known(name, query | others, f"{AT}/errors/parameters/{name}", "parameter")


def _check_scopes(context: CompileContext, plan: Plan, security: dict[str, Json]) -> None:
    """Note scopes that no key can have: a contract declares those there are."""
    declared = [*security.get("scopes", ()), *_granted(context)]
    if not declared:
        return
    prefixes = {scope.partition(":")[0] for scope in declared}
    for more, less in security.get("implies", {}).items():
        context.mistakes.add_unless_known(more, prefixes, f"{AT}/security/implies/{more}", "scope that begins with")
        context.mistakes.add_unless_known(less, prefixes, f"{AT}/security/implies/{more}", "scope that begins with")
    if "everything" in security:
        context.mistakes.add_unless_known(security["everything"], declared, f"{AT}/security/everything", "scope")
    for scope, at in _needed(context, plan):
        context.mistakes.add_unless_known(scope, declared, at, "scope")


def _granted(context: CompileContext) -> Iterator[str]:
    """The scopes of OAuth 2.0, where a security scheme says them in OpenAPI's own words."""
    schemes = context.document.root.get("components", {}).get("securitySchemes", {})
    for scheme in schemes.values():
        for flow in context.document.resolve(scheme).get("flows", {}).values():
            yield from flow.get("scopes", ())


def _needed(context: CompileContext, plan: Plan) -> Iterator[tuple[str, str]]:
    """Every scope that a key may need, with where that is said."""
    for operation in plan.operations.values():
        at = pointer("paths", operation.path, operation.method.lower(), "x-scope")
        node = context.document.root["paths"][operation.path][operation.method.lower()].get("x-scope")
        if isinstance(node, str):
            yield node, at
        else:
            yield from ((scope, f"{at}/{index}") for index, scope in enumerate(strings(node)))
    for event in plan.events.values():
        if event.scope is not None:
            yield event.scope, pointer("x-events", event.name, "scope")


def _check_servers(context: CompileContext, base_paths: list[str]) -> None:
    """Note a first base path that is that of no server."""
    paths = list(server_paths(context)) if base_paths else []
    if paths and not any(path.endswith(base_paths[0]) for path in paths):
        context.mistakes.add(f"{AT}/basePaths/0", f"no server's url ends with {base_paths[0]}")


def _check_order(context: CompileContext, plan: Plan, operation: Operation) -> None:
    """Note fields that a list says it is sorted by or searched in, and its resource does not have."""
    listing, resource = plan.conventions.listing, operation.resource
    node = context.document.root["paths"][operation.path]
    for holder, at in ((node, ""), (node[operation.method.lower()], f"/{operation.method.lower()}")):
        for index, part in enumerate(holder.get("parameters", ())):
            parameter = context.document.resolve(part)
            if resource is None or parameter["in"] != "query":
                continue
            where = f"{pointer('paths', operation.path)}{at}/parameters/{index}"
            _check_steering(context, plan, operation, parameter, where)
            if parameter["name"] in (listing.sort, listing.search_fields):
                _check_words(context, parameter, [*resource.paths, *resource.sort], where)


def _check_steering(context: CompileContext, plan: Plan, operation: Operation, parameter: dict[str, Json], at: str) -> None:
    """Note a parameter that looks like one that steers lists, and does not."""
    names = [name for name in vars(plan.conventions.listing).values() if isinstance(name, str)]
    hint = suggestion(parameter["name"], names, likeness=ALIKE - 0.1)
    if hint and parameter["name"] in operation.parameters and parameter["name"] not in names:
        context.mistakes.add(f"{at}/name", f"lists do nothing with {parameter['name']}{hint}")


def _check_words(context: CompileContext, parameter: dict[str, Json], fields: list[str], at: str) -> None:
    schema = context.flat(parameter.get("schema", {}))
    for holder, key, where in (
        (schema, "default", f"{at}/schema"),
        (schema, "example", f"{at}/schema"),
        (parameter, "example", at),
    ):
        for part in str(holder.get(key, "")).split(",") if key in holder else ():
            context.mistakes.add_unless_known(part.partition(":")[0].strip(), fields, f"{where}/{key}", "field")
    segments = {segment for field in fields for segment in field.split(".")} | {"asc", "desc"}
    for word in dict.fromkeys(WORD.findall(str(schema.get("pattern", "")))):
        if word not in segments and (hint := suggestion(word, segments)):
            context.mistakes.add(f"{at}/schema/pattern", f"there is no field {word}{hint}")
