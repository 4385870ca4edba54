"""The library contract with changes, for what a test needs and the library has no use for."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from mockserver.compiling.compiler import load
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.sandbox import memory
from tests.conftest import LIBRARY, NOW, Desk


def contract(folder: Path, change: Callable[[Any], object]) -> Path:
    """The library contract in a folder, as `change` has changed it in place."""
    document = yaml.safe_load(LIBRARY.read_text())
    change(document)
    path = folder / "library.yaml"
    path.write_text(yaml.safe_dump(document, sort_keys=False))
    return path


def revised(folder: Path, change: Callable[[Any], object]) -> Desk:
    """A library at the usual time, under a changed contract."""
    plan = load(contract(folder, change))
    clock = Clock(plan.conventions.timezone)
    clock.freeze(moment(NOW, "UTC"))
    return Desk(Engine(plan, memory(plan), clock, seed=1))


def operation(document: Any, name: str) -> Any:
    """An operation of a contract by its name."""
    return next(
        node
        for path in document["paths"].values()
        for node in path.values()
        if isinstance(node, dict) and node.get("operationId") == name
    )


def schema(document: Any, name: str) -> Any:
    """A schema of a contract by its name."""
    return document["components"]["schemas"][name]
