"""Compiles a contract into a plan, or says everything that is wrong with it."""

from pathlib import Path

from mockserver.compiling.aliases import aliases
from mockserver.compiling.channels import channels
from mockserver.compiling.context import CompileContext
from mockserver.compiling.conventions import conventions
from mockserver.compiling.events import events
from mockserver.compiling.operations import located, operation, routes
from mockserver.compiling.problems import errors, parameter_kinds
from mockserver.compiling.references import check_links
from mockserver.compiling.resources import resource
from mockserver.compiling.stream import stream
from mockserver.compiling.usage import check_usage
from mockserver.plan import Operation, Plan, Resource
from mockserver.reading import vocabulary
from mockserver.reading.document import Document, read
from mockserver.reading.errors import BrokenContract, ContractError
from mockserver.reading.examples import check_examples
from mockserver.reading.locate import locate
from mockserver.reading.naming import check_names
from mockserver.reading.oddities import check_oddities
from mockserver.reading.paths import check_paths
from mockserver.reading.schemas import check_schemas
from mockserver.reading.structure import check_structure


def compile_(document: Document, thorough: bool = False) -> Plan:
    """The plan of a document; BrokenContract lists every mistake in it, if `thorough` those of its examples too."""
    context = CompileContext(document)
    parts = check_structure(document, context.mistakes)
    vocabulary.check(parts, context.mistakes)
    if not context.mistakes:
        check_schemas(document, parts, context.mistakes)
        check_paths(document, context.mistakes)
        if thorough:
            check_examples(document, parts, context.mistakes)
            check_oddities(document, parts, context.mistakes)
            check_names(document, context.mistakes)
        plan = _plan(context)
        check_links(context, plan)
        check_usage(context, plan)
    if context.mistakes:
        errors = [
            ContractError(document.origin_of(locate(document, error.pointer)), error.message) for error in context.mistakes
        ]
        raise BrokenContract(list(dict.fromkeys(errors)))  # what is shared is asked at each use, and told once
    return plan


def _plan(context: CompileContext) -> Plan:
    document = context.document
    resources = _resources(context)
    kinds = parameter_kinds(context)
    operations: dict[str, Operation] = {}
    for route in routes(context):
        compiled = operation(context, route, resources, kinds)
        if compiled.id in operations:
            context.mistakes.add(route.at, f"the operationId {compiled.id} is taken by another operation")
        operations[compiled.id] = compiled
    compiled_events = events(context)
    info = document.root.get("info", {})
    return Plan(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        conventions=conventions(context, resources),
        errors=errors(context),
        resources=resources,
        operations=located(operations),
        events=compiled_events,
        channels=channels(context, compiled_events),
        rules=len(context.rules),
        aliases=aliases(context, operations),
        indexed=_indexed(context, resources),
        prefixes=_prefixes(resources),
        stream=stream(context),
    )


def _prefixes(resources: dict[str, Resource]) -> dict[str, tuple[str, ...]]:
    """The collections under each beginning of an id."""
    collections: dict[str, tuple[str, ...]] = {}
    for compiled in resources.values():
        collections[compiled.prefix] = (*collections.get(compiled.prefix, ()), compiled.collection)
    return collections


def _indexed(context: CompileContext, resources: dict[str, Resource]) -> dict[str, tuple[str, ...]]:
    """What each collection is looked up by: references, unique fields, path keys, and what expressions search for."""
    fields = {
        name: {field.path for field in (*compiled.references, *compiled.unique)} for name, compiled in resources.items()
    }
    for name, path in context.checker.lookups:
        if path != "id":
            fields[name].add(path)
    return {resources[name].collection: tuple(sorted(paths)) for name, paths in fields.items()}


def _resources(context: CompileContext) -> dict[str, Resource]:
    schemas = context.document.root.get("components", {}).get("schemas", {})
    declared = {name: schema["x-resource"] for name, schema in schemas.items() if "x-resource" in schema}
    declared = declared or _inferred(context)
    context.resource_names = frozenset(declared)
    return {name: resource(context, name, schemas[name], facts) for name, facts in declared.items()}


def _inferred(context: CompileContext) -> dict[str, dict[str, str]]:
    """Resources of a contract that declares none: what a GET of one thing answers with."""
    resources: dict[str, dict[str, str]] = {}
    for route in routes(context):
        name = str((route.answer.schema or {}).get("$ref", "")).rsplit("/", 1)[-1]
        if route.method == "GET" and route.ends_in_placeholder and name:
            resources[name] = {"collection": route.path.split("/")[-2]}
    return resources


def load(path: Path, thorough: bool = False) -> Plan:
    """The plan of the contract at a path."""
    return compile_(read(path), thorough)
