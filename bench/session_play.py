"""Plays a sequence of requests that the served documents, a seed and the earlier answers decide, over every operation."""

import json
import random
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from session_document import Document, Operation

NOW = "2024-01-31T02:00:00Z"
KEY = "blg_test_sk_1234567890abcdef"
TENANT, OTHER_TENANT = "company_abc123", "company_xyz789"
DEMO = {"Authorization": f"Bearer {KEY}", "X-Company-Id": TENANT}
STRANGERS: list[dict[str, str]] = [
    {},
    {"Authorization": f"Bearer {KEY}"},
    {"Authorization": "Basic abc", "X-Company-Id": TENANT},
    {**DEMO, "X-Company-Id": "company_none"},
    {**DEMO, "X-Company-Id": OTHER_TENANT},
    *(
        {**DEMO, "Authorization": f"Bearer blg_test_sk_{name}"}
        for name in (
            "wrong",
            "readonly00000000",
            "sales00000000000",
            "pos0000000000000",
            "expired000000000",
            "revoked000000000",
        )
    ),
]
"""Callers without the rights of the demo key, and one of another tenant."""
ACCEPTS = [
    "application/xml",
    "text/csv",
    "application/pdf",
    "image/png",
    "*/*",
    "text/html;q=0.5, application/json;q=0.1",
    "x",
]
STRANGE_IDS = ["no_such_id", "%20", "a%2Fb", "..%2f..", "%C3%A4%E6%BC%A2", "%00", "%zz", "x" * 300, "a'b\"<c>"]
PAGES = ["/", "/health", "/v1", "/v1/", "/v1/openapi.json", "/v1/openapi.yaml", "/v1/ui", "/v1/ui/", "/v1/docs", "/v1/none",
         "/none", "/_sandbox", "/_sandbox/", "/_sandbox/openapi.json", "/_sandbox/openapi.yaml", "/_sandbox/none", "//", "/v1//customers",
         "/favicon.ico", "/v1/customers/", "/V1/customers", "/v1/customers?", "/v1/customers;x"]  # fmt: skip
FILES = {
    "note.txt": b"Received in good order.",
    "x.pdf": b"%PDF-1.4\n1 0 obj<<>>endobj\ntrailer<<>>\n%%EOF\n",
    "x.png": b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89",
    "wrong.pdf": b"\x89PNG\r\n\x1a\n",
    "empty.txt": b"",
    'd"o;d\u00e4 \u6f22.csv': b"a,b\n1,2\n",
}
BOUNDARY = "session-boundary"
ROUNDS = 14
"""How often the walk goes over all writing operations."""
POOL = 40
"""How many ids are remembered for a name."""
Send = Callable[[str, str, str, dict[str, str], bytes], tuple[int, bytes]]
"""Sends a request of an operation: name, method, target, headers, body; the status and the body of the answer."""


@dataclass
class Player:
    """Plays; remembers the ids of answers for later requests."""

    transmit: Send
    rng: random.Random = field(default_factory=lambda: random.Random(10))
    ids: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    """Ids by the path of their collection, and by names as `customerId`."""
    serial: int = 0

    def send(self, operation: str, method: str, target: str, headers: dict[str, str] = DEMO, body: Any = None) -> int:
        """Play one request, a body of other than bytes as JSON; its status."""
        if body is not None and not isinstance(body, bytes):
            body, headers = json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json", **headers}
        status, content = self.transmit(operation, method, target, headers, body or b"")
        if status < 300 and content[:1] == b"{":
            self._remember(target.split("?")[0], json.loads(content))
        if status == 200 and target == "/_sandbox/clock/run":
            self.send("freeze", "POST", "/_sandbox/clock/freeze", {}, {"at": NOW})
        return status

    def _remember(self, path: str, answer: Any) -> None:
        for value in answer.values():
            for row in value if isinstance(value, list) else [value]:
                if isinstance(row, dict) and isinstance(row.get("id", row.get("code")), str):
                    self._keep(path, row.get("id", row.get("code")))
                self._remember_names(row)

    def _remember_names(self, row: Any) -> None:
        for name, value in row.items() if isinstance(row, dict) else ():
            if isinstance(value, str) and name.endswith("Id"):
                self._keep(name, value)
            elif isinstance(value, (dict, list)):
                for inner in value if isinstance(value, list) else [value]:
                    self._remember_names(inner)

    def _keep(self, name: str, value: str) -> None:
        pool = self.ids[name]
        if value in pool:
            pool.remove(value)
        pool.append(value)
        del pool[:-POOL]

    def fill(self, document: Document, operation: Operation, strange: str = "") -> str:
        """The operation's path with ids of earlier answers, or with a strange one at its end."""
        path, parts = "", operation.path.split("/")[1:]
        last = max((number for number, part in enumerate(parts) if part.startswith("{")), default=-1)
        for number, part in enumerate(parts):
            if part.startswith("{"):
                part = strange if strange and number == last else self._choose(document, operation, path, part[1:-1])
            path += "/" + part
        return path

    def _choose(self, document: Document, operation: Operation, collection: str, name: str) -> str:
        declared = next((each for each in operation.parameters if each["in"] == "path" and each["name"] == name), {})
        choices = [str(example) for example in document.examples(declared)] or ["x"]
        choices += [str(value) for value in document.flatten(declared.get("schema", {})).get("enum", [])]
        pool = self.ids[collection] or self.ids[name]
        if pool and self.rng.random() < 0.9:
            choices = pool if self.rng.random() < 0.5 else pool[-4:]
        return quote(self.rng.choice(choices), safe="")

    def link(self, value: Any, name: str = "") -> Any:
        """A body with some of its ids replaced by those of earlier answers, and with addresses that nobody listens on."""
        if isinstance(value, dict):
            return {key: self.link(inner, key) for key, inner in value.items()}
        if isinstance(value, list):
            return [self.link(inner, name) for inner in value]
        if isinstance(value, str) and name == "url":
            return "http://127.0.0.1:9/hook"
        return self.rng.choice(self.ids[name]) if self.ids[name] and self.rng.random() < 0.3 else value

    def bodies(self, document: Document, operation: Operation) -> list[Any]:
        """Good bodies of an operation: its examples, and samples of its schema; only None where it takes none."""
        media = operation.media.get("application/json")
        if media is None:
            return [None]
        samples = [document.sample(media.get("schema", {}), self.rng) for _ in range(3)]
        return [*document.examples(media), *samples]

    def walk(self, document: Document, operations: Iterable[Operation], rounds: int) -> None:
        """Good calls of all operations, round after round in another order, so that documents go through their states."""
        rows = list(operations)
        for _ in range(rounds):
            self.rng.shuffle(rows)
            for operation in rows:
                if operation.method != "DELETE" or self.rng.random() < 0.3:
                    self.good(document, operation)

    def good(self, document: Document, operation: Operation) -> int:
        """One call that may well succeed."""
        bodies = self.bodies(document, operation)
        body = self.link(self.rng.choice(bodies[: max(1, len(bodies) - 2)]))
        return self.send(operation.name, operation.method, self.fill(document, operation), DEMO, body)

    def cover(self, document: Document, operation: Operation) -> None:
        """All kinds of calls of one operation, good ones first."""
        for body in self.bodies(document, operation):
            self.send(operation.name, operation.method, self.fill(document, operation), DEMO, self.link(body))
        for _ in range(6):
            if self.good(document, operation) < 300:
                break
        self._cover_callers(document, operation)
        self._cover_path(document, operation)
        self._cover_query(document, operation)
        self._cover_bodies(document, operation)

    def _cover_callers(self, document: Document, operation: Operation) -> None:
        path, body = self.fill(document, operation), self.bodies(document, operation)[0]
        for headers in STRANGERS:
            self.send(operation.name, operation.method, path, headers, self.link(body))
        for accept in dict.fromkeys([*operation.accepts, *ACCEPTS]):
            self.send(operation.name, operation.method, path, {**DEMO, "Accept": accept}, self.link(body))
        for more in (
            {"Accept-Encoding": "gzip"},
            {"Origin": "http://a.example"},
            {"X-API-Version": "1"},
            {"X-Request-ID": "mine-1"},
        ):
            self.send(operation.name, operation.method, path, {**DEMO, **more}, self.link(body))
        if operation.method != "GET":
            self._cover_repetition(operation, path, body)

    def _cover_repetition(self, operation: Operation, path: str, body: Any) -> None:
        self.serial += 1
        headers = {**DEMO, "Idempotency-Key": f"session-key-{self.serial:05}"}
        for repeated in (body, body, {"no_such_field": 1}):
            self.send(operation.name, operation.method, path, headers, repeated)
        self.send(operation.name, operation.method, path, {**DEMO, "Idempotency-Key": "ä b"}, body)

    def _cover_path(self, document: Document, operation: Operation) -> None:
        if "{" in operation.path:
            for strange in STRANGE_IDS:
                self.send(operation.name, operation.method, self.fill(document, operation, strange))
        path = self.fill(document, operation)
        preflight = {"Origin": "http://a.example", "Access-Control-Request-Method": operation.method}
        self.send("OPTIONS", "OPTIONS", path, preflight)
        for method in ("HEAD", "OPTIONS", "TRACE", "BREW"):
            self.send(method, method, path)
        self.send("slash", operation.method, path + "/")

    def _cover_query(self, document: Document, operation: Operation) -> None:
        path = self.fill(document, operation)
        queries = ["no_such_parameter=1", "limit=0", "limit=x", "cursor=%25", "sort=no_such:up", "=&&", "fields=id"]
        for parameter in operation.queries:
            name = parameter["name"]
            examples = [*document.examples(parameter), document.sample(parameter.get("schema", {}), self.rng)]
            queries += [urlencode(_pairs(name, value)) for value in examples]
            queries += [f"{name}=", f"{name}[eq]=%27x&{name}[no]=1"] if len(queries) % 2 else [f"{name}[in]=a,b&{name}=c"]
        for query in queries:
            self.send(operation.name, operation.method, f"{path}?{query}")
        if operation.method == "GET" and any(parameter["name"] == "cursor" for parameter in operation.queries):
            self._cover_pages(operation, path)

    def _cover_pages(self, operation: Operation, path: str) -> None:
        query = "?limit=3"
        for _ in range(3):
            _, content = self.transmit(operation.name, "GET", path + query, DEMO, b"")
            cursor = json.loads(content).get("pagination", {}).get("nextCursor")
            if not cursor:
                break
            query = "?limit=3&" + urlencode({"cursor": cursor})

    def _cover_bodies(self, document: Document, operation: Operation) -> None:
        path = self.fill(document, operation)
        for media, declared in operation.media.items():
            example = (document.examples(declared) or [{}])[0]
            if media.startswith("multipart/"):
                for name, content in FILES.items():
                    form = {"Content-Type": f"{media}; boundary={BOUNDARY}", **DEMO}
                    self.send(operation.name, operation.method, path, form, _multipart(example, name, content))
            elif isinstance(example, dict):
                for body in document.spoil(example, declared.get("schema", {})):
                    self.send(operation.name, operation.method, path, DEMO, self.link(body))
        for kind, raw in (
            ("application/json", b"{"),
            ("application/json", b"[1]"),
            ("application/json", b"\xff"),
            ("text/plain", b"x"),
        ):
            self.send(operation.name, operation.method, path, {**DEMO, "Content-Type": kind}, raw)


def _pairs(name: str, value: Any) -> list[tuple[str, Any]]:
    if isinstance(value, dict):
        return [(f"{name}[{key}]", inner) for key, inner in value.items()]
    return [(name, ",".join(map(str, value)) if isinstance(value, list) else value)]


def _multipart(fields: dict[str, Any], name: str, content: bytes) -> bytes:
    escaped = name.replace('"', "%22").encode()
    parts = [
        f'Content-Disposition: form-data; name="{key}"\r\n\r\n{value}'.encode()
        for key, value in fields.items()
        if key != "file"
    ]
    parts.append(b'Content-Disposition: form-data; name="file"; filename="' + escaped + b'"\r\n\r\n' + content)
    mark = b"--" + BOUNDARY.encode()
    return b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def play(transmit: Send) -> None:
    """The whole sequence, up to a reset and what stands after it."""
    player = Player(transmit)
    contract = Document(json.loads(transmit("document", "GET", "/v1/openapi.json", {}, b"")[1]), "/v1")
    control = Document(json.loads(transmit("document", "GET", "/_sandbox/openapi.json", {}, b"")[1]), "/_sandbox")
    operations = contract.operations()
    hooks = [each for each in operations if each.path.startswith("/v1/webhooks")]
    others = [each for each in operations if each not in hooks]
    writes = [each for each in others if each.method != "GET"]
    lists = [each for each in operations if each.method == "GET" and "{" not in each.path]
    for path in PAGES:
        for method in ("GET", "HEAD", "POST", "OPTIONS"):
            player.send("page", method, path)
    survey(player, contract, lists)
    player.walk(contract, writes, ROUNDS)
    for operation in others:
        player.cover(contract, operation)
    for by in ("PT1H", "P3D", "P2M"):
        player.send("advance", "POST", "/_sandbox/clock/advance", {}, {"by": by})
        player.walk(contract, others, 2)
        survey(player, contract, lists)
    for operation in [*hooks, *control.operations()]:
        player.cover(control if operation.path.startswith("/_sandbox") else contract, operation)
    player.send("reset", "POST", "/_sandbox/reset", {})
    survey(player, contract, lists)


def survey(player: Player, document: Document, lists: list[Operation]) -> None:
    """Every list and report of both tenants, and what the control plane shows."""
    for operation in lists:
        for tenant in (TENANT, OTHER_TENANT):
            player.send(operation.name, "GET", player.fill(document, operation), {**DEMO, "X-Company-Id": tenant})
    for name in ("world", "clock", "events", "deliveries"):
        player.send(name, "GET", f"/_sandbox/{name}", {})
