"""Compiles `x-aliases`: other names of query parameters."""

from collections.abc import Iterator, Mapping

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import Alias, Filter, Parameter, Resource
from mockserver.reading.errors import suggestion

Node = dict[str, Json]


def other_names(
    context: CompileContext,
    nodes: list[Node],
    resource: Resource | None,
    known: tuple[Mapping[str, Parameter], Mapping[str, Filter]],
    at: str,
) -> dict[str, Alias]:
    """The other names of an operation's parameters, which are `known` by their own, plain ones and filters.

    `date` of the resource is put in where a name holds `{date}`; a name is noted that is taken, or stands for nothing.
    """
    names: dict[str, Alias] = {}
    for node in nodes:
        where = f"{at}/parameters/{node['name']}/x-aliases"
        if "x-aliases" in node and node["in"] != "query":
            context.mistakes.add(where, f"only a query parameter has other names, and {node['name']} is in {node['in']}")
            continue
        for name, alias in _aliases(node, resource):
            if any(name in taken for taken in (*known, names)) and names.get(name) != alias:
                context.mistakes.add(where, f"{name} is already the name of a parameter")
            elif alias.operator and not _takes(known[1].get(alias.name), alias.operator):
                operands = known[1][alias.name].operands if alias.name in known[1] else ()
                context.mistakes.add(
                    where, f"{alias.name} has no operator {alias.operator}{suggestion(alias.operator, operands)}"
                )
            else:
                names[name] = alias
    return names


def _aliases(node: Node, resource: Resource | None) -> Iterator[tuple[str, Alias]]:
    declared = node.get("x-aliases", {})
    operators = declared if isinstance(declared, dict) else dict.fromkeys(declared, "")
    date = resource.date if resource is not None else None
    for name, operator in operators.items():
        if "{date}" not in name or date is not None:
            yield name.replace("{date}", date or ""), Alias(node["name"], operator)


def _takes(declared: Filter | None, operator: str) -> bool:
    return declared is not None and operator in declared.operands
