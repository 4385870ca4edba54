"""Runs calls: each in a transaction of its own, all of it or nothing."""

from dataclasses import replace

from mockserver.engine.bulk import Steps, bulk, finish, redirected
from mockserver.engine.call import Call, Reply
from mockserver.engine.commit import Commit
from mockserver.engine.edit import Edit
from mockserver.engine.handlers import HANDLERS, act
from mockserver.engine.idempotency import record, record_bulk, replay
from mockserver.engine.intake import accept_body, find_target
from mockserver.engine.state import State
from mockserver.engine.time import Time
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.plan import Action, Resource
from mockserver.store.base import Document


class Calls:
    """Runs the operations of a plan."""

    def __init__(self, state: State, commit: Commit, time: Time) -> None:
        self.state = state
        self.commit = commit
        self.time = time

    def run(self, call: Call) -> Reply:
        """Run a call; Problem or Refused leaves everything as it was."""
        self.time.run_due()  # the call meets documents as they are now, also when nobody looked since they became due
        if call.operation.kind in ("read", "list"):
            return self._look(call)
        work = self.state.work(call.caller.tenant)
        if (replayed := replay(work, call)) is not None:
            return replayed
        if call.operation.kind == "bulk":
            return finish(self._bulk(work, call))
        target = find_target(work, call)
        call = accept_body(call)
        if call.operation.action.choose is not None:
            scope = self.state.call_scope(work, call)
            return self.run(redirected(self.state.plan, call, call.operation.action.choose, scope))
        work.call_scope = self.state.call_scope(work, call)
        work.files, work.read_only = call.files, call.operation.safe
        reply = record(work, call, HANDLERS[call.operation.kind](work, call, target, work.call_scope))
        self.commit(work)
        # What the call itself made due, as a loan that is overdue when it is lent, belongs to its answer.
        return self.reread_and_commit(call, reply) if self.time.run_due() else reply

    def _look(self, call: Call) -> Reply:
        """The reply to a call that changes nothing: there is nothing to commit, and nobody to tell."""
        work = self.state.look(call.caller.tenant)
        target = find_target(work, call)
        accept_body(call)
        return HANDLERS[call.operation.kind](work, call, target, work.call_scope)

    def run_bulk(self, call: Call) -> Steps[Reply]:
        """Run a call of several operations, an operation at each step."""
        self.time.run_due()
        work = self.state.work(call.caller.tenant)
        replayed = replay(work, call)
        return replayed if replayed is not None else (yield from self._bulk(work, call))

    def _bulk(self, work: UnitOfWork, call: Call) -> Steps[Reply]:
        """Each entry in a transaction of its own; of a call that may be repeated, those that ran are not run again."""
        scope = self.state.call_scope(work, call)
        reply, entries = yield from bulk(self.state.plan, accept_body(call), scope, self.run)
        reply = record_bulk(work, call, reply, entries)
        self.commit(work)
        return reply

    def reread_and_commit(self, call: Call, reply: Reply) -> Reply:
        """The reply with its document as it is now, after what followed from the call; a replay will give the same."""
        resource, result = call.operation.result, reply.result
        if resource is None or not isinstance(result, dict) or "id" not in result:
            return reply
        document = self.state.get(call.caller.tenant, resource.name, result["id"])
        if document is None or document.keys() != result.keys():
            return reply
        work = self.state.work(call.caller.tenant)
        reply = record(work, call, replace(reply, result=document))
        self.commit(work)
        return reply

    def perform(self, tenant: str, resource: Resource, id: str, action: Action, names: dict[str, Json]) -> Document | None:
        """Take a document through an action outside any call; the document as it is then, None when there is none."""
        work = self.state.work(tenant)
        document = work.transaction.get(resource.collection, id)
        if document is None:
            return None
        edit = Edit(work, resource, document, work.call_scope.inside(names))
        act(work, action, edit)
        self.commit(work)
        return edit.document
