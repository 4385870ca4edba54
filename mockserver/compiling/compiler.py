"""Compiles a contract into a plan, or says everything that is wrong with it."""

from pathlib import Path

from mockserver.compiling.channels import channels
from mockserver.compiling.context import Reader
from mockserver.compiling.operations import located, operation, routes
from mockserver.compiling.references import check_links
from mockserver.compiling.resources import resource
from mockserver.compiling.sandbox import aliases, errors, events, parameter_kinds, sandbox
from mockserver.compiling.stream import stream
from mockserver.plan import Operation, Plan, Resource
from mockserver.reading import vocabulary
from mockserver.reading.document import Document, read
from mockserver.reading.errors import BrokenContract, ContractError


def compile_(document: Document) -> Plan:
    """The plan of a document; BrokenContract lists every mistake in it."""
    reader = Reader(document)
    vocabulary.check(document.root, reader.mistakes)
    if not reader.mistakes:
        plan = _plan(reader)
        check_links(reader, plan)
    if reader.mistakes:
        raise BrokenContract([ContractError(document.place(one.pointer), one.message) for one in reader.mistakes])
    return plan


def _plan(reader: Reader) -> Plan:
    document = reader.document
    resources = _resources(reader)
    kinds = parameter_kinds(reader)
    operations: dict[str, Operation] = {}
    for route in routes(reader):
        compiled = operation(reader, route, resources, kinds)
        if compiled.id in operations:
            reader.mistakes.add(route.at, f"the operationId {compiled.id} is taken by another operation")
        operations[compiled.id] = compiled
    told = events(reader)
    info = document.root.get("info", {})
    return Plan(
        title=str(info.get("title", "")),
        version=str(info.get("version", "")),
        sandbox=sandbox(reader, resources),
        errors=errors(reader),
        resources=resources,
        operations=located(operations),
        events=told,
        channels=channels(reader, told),
        rules=reader.expressions,
        aliases=aliases(reader, operations),
        indexed=_indexed(reader, resources),
        prefixes=_prefixes(resources),
        stream=stream(reader),
    )


def _prefixes(resources: dict[str, Resource]) -> dict[str, tuple[str, ...]]:
    """The collections under each beginning of an id."""
    found: dict[str, tuple[str, ...]] = {}
    for one in resources.values():
        found[one.prefix] = (*found.get(one.prefix, ()), one.collection)
    return found


def _indexed(reader: Reader, resources: dict[str, Resource]) -> dict[str, tuple[str, ...]]:
    """What each collection is looked up by: references, unique fields, path keys, and what expressions search for."""
    found = {name: {field.path for field in (*one.references, *one.unique)} for name, one in resources.items()}
    for name, path in reader.checker.lookups:
        if path != "id":
            found[name].add(path)
    return {resources[name].collection: tuple(sorted(paths)) for name, paths in found.items()}


def _resources(reader: Reader) -> dict[str, Resource]:
    schemas = reader.document.root.get("components", {}).get("schemas", {})
    said = {name: schema["x-resource"] for name, schema in schemas.items() if "x-resource" in schema}
    return {name: resource(reader, name, schemas[name], facts) for name, facts in (said or _inferred(reader)).items()}


def _inferred(reader: Reader) -> dict[str, dict[str, str]]:
    """Resources of a contract that declares none: what a GET of one thing answers with."""
    found: dict[str, dict[str, str]] = {}
    for route in routes(reader):
        name = str((route.answer.schema or {}).get("$ref", "")).rsplit("/", 1)[-1]
        if route.method == "GET" and route.ends_in_placeholder and name:
            found[name] = {"collection": route.path.split("/")[-2]}
    return found


def load(path: Path) -> Plan:
    """The plan of the contract at a path."""
    return compile_(read(path))
