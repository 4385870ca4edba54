"""Serves the control plane: a contract of its own on the dispatch of any other, below /_sandbox."""

from functools import cache, cached_property
from pathlib import Path

from starlette.types import ASGIApp, Receive, Scope, Send

from mockserver.compiling.compiler import compile_
from mockserver.control.access import Access
from mockserver.control.actions import HANDLERS, worded_patterns
from mockserver.control.sandbox_control import SandboxControl
from mockserver.engine.call import Call, Reply
from mockserver.engine.intake import accept_body
from mockserver.engine.problems import Problem
from mockserver.plan import Plan
from mockserver.reading.document import Document, read
from mockserver.web.answer import Writer
from mockserver.web.app import router
from mockserver.web.dispatch import Dispatch
from mockserver.web.exceptions import ExceptionMiddleware
from mockserver.web.limits import Limiter
from mockserver.web.request_context import RequestContext
from mockserver.web.site import Site

CONTRACT = Path(__file__).parent / "control.yaml"
BASE_PATH = "/_sandbox"
"""Where its contract says that it stands."""


class ControlRunner:
    """Runs calls on a sandbox rather than on its documents."""

    def __init__(self, sandbox: SandboxControl) -> None:
        self.sandbox = sandbox

    async def run(self, call: Call) -> Reply:
        """The reply to a call, from the function that bears its operation's name."""
        try:
            accepted = accept_body(call)
        except Problem as problem:
            raise Problem(problem.kind, worded_patterns(problem.flaws), **problem.facts) from None
        return Reply(await HANDLERS[call.operation.id](self.sandbox, accepted))


class ControlPlane:
    """ASGI middleware: what begins with the control plane's base path is its own.

    Its contract is compiled with the first request that it gets: most sandboxes start without being steered.
    """

    def __init__(self, app: ASGIApp, sandbox: SandboxControl, token: str | None = None) -> None:
        self.app = app
        self.sandbox = sandbox
        self.token = token

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what is the control plane's, pass on what is not."""
        own = scope["type"] == "http" and is_own(scope["path"])
        await (self._own if own else self.app)(scope, receive, send)

    @cached_property
    def _own(self) -> ASGIApp:
        document, plan = contract()
        clock = self.sandbox.engine.clock
        writer = Writer(plan, clock)
        calls = router(plan, document, Dispatch(ControlRunner(self.sandbox), Access.admit, writer), {})
        access = Access(Site(calls, plan, document), BASE_PATH, self.token)
        return RequestContext(ExceptionMiddleware(access, writer), writer, Limiter(None, clock))


def is_own(path: str) -> bool:
    """Whether a path is the control plane's."""
    return path == BASE_PATH or path.startswith(f"{BASE_PATH}/")


@cache
def contract() -> tuple[Document, Plan]:
    """The control plane's own contract, read and compiled."""
    document = read(CONTRACT)
    return document, compile_(document)
