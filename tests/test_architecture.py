"""Who may import whom: outer rooms know inner ones, never the other way round."""

import ast
from collections.abc import Mapping
from pathlib import Path

import pytest

import mockserver

PACKAGE = Path(mockserver.__file__).parent

MAY_IMPORT = {
    "json": set(),
    "media_types": set(),
    "flaws": {"json"},
    "operators": {"json"},
    "reading": {"json", "flaws"},
    "language": {"json", "operators", "reading"},
    "plan": {"json", "language", "reading"},
    "compiling": {"json", "operators", "reading", "language", "plan"},
    "describing": {"json", "reading", "plan"},
    "store": {"json", "operators"},
    "engine": {"json", "flaws", "media_types", "operators", "language", "plan", "store"},
    "seed": {"json", "reading", "language", "plan", "engine"},
    "events": {"json", "language", "plan", "engine", "store"},
    "web": {"json", "flaws", "operators", "describing", "reading", "language", "plan", "engine", "events"},
    "control": {"json", "flaws", "compiling", "reading", "language", "plan", "engine", "events", "store", "web"},
    "settings": set(),
    "sandbox": {"compiling", "reading", "plan", "control", "engine", "events", "seed", "settings", "store", "web"},
    "server": {"reading", "plan", "sandbox", "settings", "web"},
    "cli": {
        "json",
        "compiling",
        "describing",
        "reading",
        "plan",
        "engine",
        "sandbox",
        "seed",
        "server",
        "settings",
        "store",
    },
}
LANGUAGE = (
    "expression",
    "tree",
    "inference",
    "outcomes",
    "values",
    "arithmetic",
    "logic",
    "calls",
    "labels",
    "arguments",
    "results",
)
"""The modules that know the nodes of Jinja2's trees."""

ONLY_IN = {
    "connexion": {"web/app.py"},
    "limits": {"web/windows.py"},
    "faker": {"seed/generate.py"},
    "filetype": {"media_types.py"},
    "httpcore": {"events/http_sender.py"},
    "tinydb": {"store/tiny.py"},
    "uvicorn": {"server.py", "web/http_protocol.py", "web/websocket_protocol.py"},
    "websockets": {"web/websocket_protocol.py"},
    "watchfiles": {"server.py"},
    "click": {f"cli/{name}.py" for name in ("__init__", "common", "contracts", "greeting", "serve")},
    "reportlab": {"web/pdf.py", "web/fonts.py"},
    "segno": {"language/codecs.py"},
    "jinja2": {f"language/{name}.py" for name in LANGUAGE},
    "yaml": {"reading/document.py", "describing/openapi.py", "describing/json_schema.py", "reading/vocabulary.py"},
}


def imports(source: str) -> set[str]:
    """The modules a file imports, wherever in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= (
                {f"{node.module}.{alias.name}" for alias in node.names} if node.module == "mockserver" else {node.module}
            )
    return found


FILES = {str(path.relative_to(PACKAGE)): imports(path.read_text()) for path in PACKAGE.rglob("*.py")}


def room(name: str) -> str:
    """The room of a file: its folder, or the file itself at the top."""
    return name.split("/", maxsplit=1)[0].removesuffix(".py")


def misplaced(files: dict[str, set[str]]) -> list[str]:
    """Imports that lead from an inner room to an outer one."""
    return [
        f"{name} imports {module}"
        for name, modules in files.items()
        for module in modules
        if module.startswith("mockserver.")
        and module.split(".")[1] not in {room(name), "__version__", *MAY_IMPORT.get(room(name), set())}
        and room(name) != "__init__"
    ]


def test_every_room_imports_only_what_it_may_know():
    assert misplaced(FILES) == []


def test_an_import_the_other_way_round_is_found():
    assert misplaced({"plan/media.py": {"mockserver.web.answer"}}) == ["plan/media.py imports mockserver.web.answer"]


@pytest.mark.parametrize("library", ONLY_IN)
def test_a_library_is_known_in_one_place(library):
    users = {name for name, modules in FILES.items() if any(module.split(".")[0] == library for module in modules)}
    assert users <= ONLY_IN[library]
    assert users, "the list names a library that nothing uses"


def test_below_the_web_nothing_knows_http():
    http = {"starlette", "uvicorn", "connexion", "httpx"}
    inner = {
        name: modules
        for name, modules in FILES.items()
        if room(name) in ("reading", "language", "plan", "compiling", "store", "engine", "json", "operators")
    }
    assert [name for name, modules in inner.items() if {module.split(".")[0] for module in modules} & http] == []


def held(value: object, seen: dict[int, object]) -> dict[int, object]:
    """Everything that a value holds, through attributes, members and what functions close over."""
    if id(value) in seen or isinstance(value, str | int | float | type(None) | type):
        return seen
    seen[id(value)] = value
    inner: list[object] = [cell.cell_contents for cell in getattr(value, "__closure__", None) or ()]
    inner += [*getattr(value, "__dict__", {}).values(), getattr(value, "__self__", None), getattr(value, "func", None)]
    if isinstance(value, Mapping):
        inner += [*value.values()]
    elif isinstance(value, list | tuple | set | frozenset):
        inner += [*value]
    for part in inner:
        held(part, seen)
    return seen


def test_a_plan_holds_nothing_of_the_compiler(library_plan):
    """What runs while serving is the language's, the plan's and the engine's: a call never leads through `compiling`."""
    modules = {getattr(part, "__module__", None) or "" for part in held(library_plan, {}).values()}
    assert [module for module in modules if module.startswith("mockserver.compiling")] == []
    assert "mockserver.language.template" in modules, "the walk did not get to what fills templates in"
