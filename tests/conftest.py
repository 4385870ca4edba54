"""What tests share: the library contract, and sandboxes that are asked without a socket."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import httpx
import pytest

from mockserver.engine.call import Call, Caller
from mockserver.engine.clock import Clock, moment
from mockserver.engine.engine import Engine
from mockserver.json import copy
from mockserver.plan import Plan
from mockserver.sandbox import Sandbox, Sources, build, memory, read_sources
from mockserver.settings import Settings, default_contract, default_fixtures
from mockserver.store.base import Change
from mockserver.web.query import QueryString, parse_list_request
from tests.judge import accept

CONTRACTS = Path(__file__).parent / "contracts"
LIBRARY = CONTRACTS / "library.yaml"
NOW = "2024-01-15T10:30:00Z"
COMPLETE = "2024-12-30T01:00:00Z"
"""When the last document of the demo world that has a fixed date is made."""


@pytest.fixture(scope="session")
def library_plan() -> Plan:
    """The plan of the library contract."""
    from mockserver.compiling.compiler import load

    return load(LIBRARY)


@dataclass
class Desk:
    """Runs operations of the engine by name, as one tenant."""

    engine: Engine
    tenant: str = "branch_a"
    happened: list[str] = field(default_factory=list)

    def run(self, operation: str, input: Any = None, query: Any = None, filters: Any = None, **path: str) -> Any:
        """The result of an operation."""
        return self.reply(operation, input, query, filters, **path).result

    def reply(self, operation: str, input: Any = None, query: Any = None, filters: Any = None, **path: str) -> Any:
        """The whole reply of an operation."""
        plan = self.engine.plan
        declared, parameters = plan.operations[operation], query or {}
        call = Call(declared, Caller(self.tenant), path, parameters, input=input)
        if declared.kind == "list":
            asked = parse_list_request(plan.conventions.listing, declared, QueryString(parameters, filters or {}))
            call = replace(call, list_request=asked)
        return self.engine.calls.run(call)


@pytest.fixture
def desk(library_plan: Plan) -> Desk:
    """A library at a fixed time."""
    clock = Clock(library_plan.conventions.timezone)
    clock.freeze(moment(NOW, "UTC"))
    found = Desk(Engine(library_plan, memory(library_plan), clock, seed=1))
    found.engine.commit.after_commit.append(lambda _, told: found.happened.extend(one["event"] for one in told))
    return found


JUDGED = ("GET", "POST", "PUT", "DELETE")
PAGES = ("/v1/openapi", "/v1/ui", "/v1/bigledger", "/api/v1/openapi")

KEY = "blg_test_sk_1234567890abcdef"
TENANT = "company_abc123"


class Client:
    """An HTTP client of a sandbox in this process, with the demo credentials unless others are given."""

    def __init__(self, sandbox: Sandbox) -> None:
        self.sandbox = sandbox
        transport = httpx.ASGITransport(app=sandbox.app, raise_app_exceptions=False)
        self._http = httpx.AsyncClient(transport=transport, base_url="http://sandbox")

    def __call__(
        self,
        method: str,
        path: str,
        *,
        key: str | None = KEY,
        tenant: str | None = TENANT,
        root: bool = False,
        judge: bool = True,
        **how: Any,
    ) -> httpx.Response:
        """One request; `path` begins below /v1 unless `root`."""
        import asyncio

        headers = {**({"Authorization": f"Bearer {key}"} if key else {}), **({"X-Company-Id": tenant} if tenant else {})}
        headers |= how.pop("headers", {})
        url = path if root else "/v1" + path

        async def ask() -> httpx.Response:
            return await self._http.request(method, url, headers=headers, **how)

        answer = asyncio.run(ask())
        if judge and url.startswith(("/v1/", "/api/v1/")) and method in JUDGED and not url.startswith(PAGES):
            accept(self.sandbox.document.files[0], answer)
        return answer

    def data(self, method: str, path: str, **how: Any) -> Any:
        """The data of a successful answer."""
        answer = self(method, path, **how)
        assert answer.is_success, answer.text
        return answer.json()["data"]


@pytest.fixture(scope="session")
def demo() -> Iterator[Client]:
    """The demo world, for tests that only read."""
    return Client(build(Settings(default_contract(), default_fixtures(), now=NOW)))


SETTINGS = Settings(default_contract(), default_fixtures(), now=NOW)


def forked(before: Engine) -> Engine:
    """An engine on a copy of another's documents, at the same time and with the same ids to come."""
    clock = Clock(before.plan.conventions.timezone)
    clock.restore(before.clock.state())
    found = Engine(before.plan, memory(before.plan), clock, before.state.seed)
    found.state.random.setstate(before.state.random.getstate())
    for contents in before.store.dump():
        changes = [Change(contents.collection, row["id"], copy(row)) for row in contents.rows.values()]
        found.store.apply(contents.tenant, changes)
    return found


@pytest.fixture(scope="session")
def made() -> tuple[Sources, Sandbox]:
    """The packaged contract and its demo world, made once, for copies."""
    sources = read_sources(SETTINGS)
    return sources, build(SETTINGS, sources=sources)


@pytest.fixture
def fresh(made: tuple[Sources, Sandbox]) -> Client:
    """A demo world of the test's own."""
    found, world = made
    return Client(build(SETTINGS, forked(world.engine), found))


@pytest.fixture(scope="session")
def made_complete(made: tuple[Sources, Sandbox]) -> Sandbox:
    """The demo world at a time when all that has fixed dates has happened."""
    return build(replace(SETTINGS, now=COMPLETE), sources=made[0])


@pytest.fixture(scope="session")
def complete_demo(made_complete: Sandbox) -> Client:
    """The complete demo world, for tests that only read."""
    return Client(made_complete)


@pytest.fixture
def complete(made: tuple[Sources, Sandbox], made_complete: Sandbox) -> Client:
    """A complete demo world of the test's own."""
    return Client(build(replace(SETTINGS, now=COMPLETE), forked(made_complete.engine), made[0]))
