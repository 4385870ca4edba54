"""Compiles `x-sandbox.aliases`: other addresses of operations."""

import re
from collections.abc import Mapping

from mockserver.compiling.context import CompileContext
from mockserver.plan import Operation
from mockserver.reading.document import pointer

PLACEHOLDER = re.compile(r"{(\w+)}")


def aliases(context: CompileContext, operations: Mapping[str, Operation]) -> tuple[tuple[str, str, str], ...]:
    """Other addresses of operations; each has the path parameters of the operation it leads to."""
    addresses = []
    for address, name in context.document.root.get("x-sandbox", {}).get("aliases", {}).items():
        method, _, path = address.partition(" ")
        at = pointer("x-sandbox", "aliases", address)
        if name not in operations:
            context.mistakes.add_unless_known(name, operations, at, "operation")
        elif set(PLACEHOLDER.findall(path)) != set(PLACEHOLDER.findall(operations[name].path)):
            context.mistakes.add(at, f"its path parameters are not those of {operations[name].path}")
        elif any((operation.method, operation.path) == (method, path) for operation in operations.values()):
            context.mistakes.add(at, "an operation stands at this address")
        else:
            addresses.append((method, path, name))
    return tuple(addresses)
