"""Compiles `servers`: the base paths under which the operations answer."""

import re
from collections.abc import Iterator
from itertools import islice, product
from urllib.parse import unquote, urlsplit

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.reading.document import pointer

Node = dict[str, Json]

VARIABLE = re.compile(r"{([^{}]*)}")
MOST_PATHS = 100
"""How many base paths the choices of one server's variables may make."""


def base_paths(context: CompileContext, declared: list[str] | None) -> tuple[str, ...]:
    """Those that the contract declares; else the paths of its servers, the first one's first."""
    if declared is not None:
        return tuple(declared)
    return tuple(dict.fromkeys(server_paths(context))) or ("",)


def server_paths(context: CompileContext) -> Iterator[str]:
    """The paths of all servers, of each that of its variables' defaults first."""
    for index, server in enumerate(context.document.root.get("servers", ())):
        yield from _paths(context, server, pointer("servers", index))


def _paths(context: CompileContext, server: Node, at: str) -> Iterator[str]:
    url, variables = str(server["url"]), server.get("variables", {})
    names = list(dict.fromkeys(VARIABLE.findall(url)))
    for name in names:
        context.mistakes.add_unless_known(name, variables, f"{at}/url", "variable")
    values = [_values(variables.get(name, {}), name in _path(url)) for name in names]
    for choice in islice(product(*values), MOST_PATHS):
        chosen = dict(zip(names, choice, strict=True))
        yield _path(VARIABLE.sub(lambda match, chosen=chosen: chosen[match[1]], url))  # type: ignore[misc]


def _values(variable: Node, in_path: bool) -> list[str]:
    """The values of a variable, its default first; the default alone where it is no part of the path."""
    default = str(variable.get("default", ""))
    return list(dict.fromkeys([default, *map(str, variable.get("enum", ()) if in_path else ())]))


def _path(url: str) -> str:
    """The path of a server's address, which may be relative to the document.

    >>> _path("https://{host}:{port}/api/v1/"), _path("/v1"), _path("v2"), _path("https://api.example.com")
    ('/api/v1', '/v1', '/v2', '')
    """
    _, separator, rest = url.partition("://")
    path = urlsplit("http://host/" + rest.partition("/")[2]).path if separator else urlsplit(url).path
    inner = "/".join(part for part in unquote(path).split("/") if part not in ("", ".", ".."))
    return f"/{inner}" if inner else ""
