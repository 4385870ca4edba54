"""A player of requests: remembers the ids of answers, and makes paths and bodies of later requests with them."""

import json
import random
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from session_document import Document, Operation

NOW = "2024-01-31T02:00:00Z"
KEY, TENANT = "blg_test_sk_1234567890abcdef", "company_abc123"
DEMO = {"Authorization": f"Bearer {KEY}", "X-Company-Id": TENANT}
DEAF = "http://127.0.0.1:2/hook"
"""An address that nobody listens on; it takes the place of every other one, so that no request leaves this machine."""
POOL = 40
"""How many ids are remembered for a name."""
Send = Callable[[str, str, str, dict[str, str], bytes], tuple[int, bytes]]
"""Sends a request of an operation: name, method, target, headers, body; the status and the body of the answer."""


@dataclass
class Player:
    """Plays on a server; what it chooses depends on the seed and on the answers alone."""

    transmit: Send
    rng: random.Random = field(default_factory=lambda: random.Random(10))
    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids by the path of their collection, and by names as `customerId`; the latest last."""
    serial: int = 0

    def send(self, operation: str, method: str, target: str, headers: dict[str, str] = DEMO, body: Any = None) -> int:
        """Play one request, a body of other than bytes as JSON; its status."""
        if body is not None and not isinstance(body, bytes):
            body = json.dumps(_deafen(body), ensure_ascii=False).encode()
            headers = {"Content-Type": "application/json", **headers}
        status, content = self.transmit(operation, method, target, headers, body or b"")
        path = target.partition("?")[0]
        if status < 300 and method == "DELETE":
            self._forget(path)
        elif status < 300 and content.startswith(b"{") and b'"openapi"' not in content[:20]:
            self._remember(path, json.loads(content))
        if status == 200 and path == "/_sandbox/clock/run":
            self.send("freeze", "POST", "/_sandbox/clock/freeze", {}, {"at": NOW})
        return status

    def call(self, document: Document, operation: Operation, path: str = "", latest: bool = False) -> int:
        """One call that may well succeed; its status."""
        body = self.link(self.rng.choice(self.bodies(document, operation)))
        path = path or self.fill(document, operation, latest=latest)
        return self.send(operation.name, operation.method, path, caller(operation), body)

    def bodies(self, document: Document, operation: Operation) -> list[Any]:
        """Good bodies of an operation: examples, those with other enumerated values, a sample; None where it takes none."""
        media = operation.media.get("application/json")
        if media is None:
            return [None]
        schema = media.get("schema", {})
        examples = document.examples(media)
        varied = [document.vary(example, schema, self.rng) for example in examples if isinstance(example, dict)]
        return [*examples, *varied, document.sample(schema, self.rng)]

    def fill(self, document: Document, operation: Operation, strange: str = "", latest: bool = False) -> str:
        """The operation's path with ids of earlier answers: the latest ones, or with a strange one at its end."""
        path, steps = "", operation.path.split("/")[1:]
        last = max((number for number, step in enumerate(steps) if step.startswith("{")), default=-1)
        for number, step in enumerate(steps):
            if not step.startswith("{"):
                path += "/" + step
            elif strange and number == last:
                path += "/" + strange
            else:
                path += "/" + quote(self._choose(document, operation, path, step[1:-1], latest), safe="")
        return path

    def _choose(self, document: Document, operation: Operation, collection: str, name: str, latest: bool) -> str:
        if latest and self.ids[collection]:
            return self._keep(name, self.ids[collection][-1])
        declared = next((each for each in operation.parameters if each["in"] == "path" and each["name"] == name), {})
        choices = [str(example) for example in document.examples(declared)] or ["x"]
        choices += [str(value) for value in document.flatten(declared.get("schema", {})).get("enum", [])]
        pool = self.ids[f"{collection}#{name}"] or self.ids[collection] or self.ids[name]
        if pool and self.rng.random() < 0.9:
            choices = pool if self.rng.random() < 0.5 else pool[-4:]
        return self._keep(name, self.rng.choice(choices))

    def link(self, value: Any, name: str = "") -> Any:
        """A body with some of its ids replaced by those of earlier answers."""
        if isinstance(value, dict):
            return {key: self.link(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.link(inner, name) for inner in value]
        replaceable = isinstance(value, str) and self.ids[name] and self.rng.random() < 0.4
        return self.rng.choice(self.ids[name][-6:]) if replaceable else value

    def _remember(self, path: str, answer: dict[str, Any]) -> None:
        for value in answer.values():
            for row in value if isinstance(value, list) else [value]:
                for name in ("id", "code"):
                    if isinstance(row, dict) and isinstance(row.get(name), str):
                        self._keep(path if name == "id" else f"{path}#{name}", row[name])
                self._remember_names(row)

    def _remember_names(self, row: Any) -> None:
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str) and name.endswith("Id"):
                self._keep(name, value)
            for inner in value if isinstance(value, list) else [value]:
                self._remember_names(inner)

    def _keep(self, name: str, value: str) -> str:
        pool = self.ids[name]
        if value in pool:
            pool.remove(value)
        pool.append(value)
        del pool[:-POOL]
        return value

    def _forget(self, path: str) -> None:
        gone = path.rpartition("/")[2]
        for name, pool in self.ids.items():
            self.ids[name] = [value for value in pool if value != gone]


def caller(operation: Operation) -> dict[str, str]:
    """The headers of a caller who may do everything; the control plane wants none."""
    return {} if operation.path.startswith("/_sandbox/") else DEMO


def _deafen(value: Any, name: str = "") -> Any:
    if isinstance(value, dict):
        return {key: _deafen(inner, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_deafen(inner, name) for inner in value]
    return DEAF if name == "url" and isinstance(value, str) and value.startswith("http") else value
