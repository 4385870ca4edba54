"""Calls that say which call they repeat: the first is run, and its answer stored for those that follow.

The answer is stored in the transaction of the change it reports, so that neither is there without the other. A call
that is refused changes nothing and is not stored: its key is free for the next try.
"""

from dataclasses import replace
from datetime import timedelta
from decimal import MAX_EMAX, MIN_EMIN, Context, Decimal
from hashlib import sha256

from mockserver.engine.call import Call, IdempotencyKey, OriginalRequest, Reply
from mockserver.engine.clock import later
from mockserver.engine.problems import Problem
from mockserver.engine.unit_of_work import UnitOfWork
from mockserver.json import Json
from mockserver.store.base import Condition, Query

ANSWERS = "_answers"
"""The hidden collection of answers that may be replayed."""

SWEPT = "_answers_swept"
"""The hidden collection of the hour in which answers were last dropped."""

EXACT = Context(prec=100, Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])


def idempotency_key(call: Call, key: str) -> IdempotencyKey:
    """The key of a call within its operation, and the fingerprint that must be the same in every repetition."""
    files = {name: [upload.name, upload.declared, upload.key] for name, upload in call.files.items()}
    request = [call.query, {}, call.input, files]  # the empty member was for filters, and is in answers stored in a folder
    return IdempotencyKey(_digest([call.operation.id, call.path, key]), _digest(request))


def _digest(value: Json) -> str:
    return sha256(repr(_ordered(value)).encode("utf-8", "surrogatepass")).hexdigest()


def _ordered(value: Json) -> Json:
    """A value in a form that is the same however its members are ordered and its numbers are written.

    >>> _ordered({"b": 1, "a": Decimal("1.0")})
    {'a': Decimal('1'), 'b': Decimal('1')}
    """
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_ordered(member) for member in value]
    is_number = isinstance(value, int | Decimal) and not isinstance(value, bool)
    return Decimal(value).normalize(EXACT) if is_number else value


def replay(work: UnitOfWork, call: Call) -> Reply | None:
    """The reply to the call that this one repeats, if there was one; Problem when it asked for something else."""
    convention, key = work.plan.conventions.idempotency, call.idempotency_key
    answer = work.transaction.get(ANSWERS, key.id) if key else None
    if convention is None or key is None or answer is None or answer["until"] <= work.now():
        return None
    if answer["fingerprint"] != key.fingerprint:
        raise Problem("idempotency", header=convention.header, field=convention.header)
    reply = answer["reply"]
    return Reply(
        reply["result"], reply["page"], reply["created"], OriginalRequest(answer["at"], answer["request"]), replayed=True
    )


def record(work: UnitOfWork, call: Call, reply: Reply) -> Reply:
    """The reply to a call that may be repeated, put into the transaction."""
    convention, key = work.plan.conventions.idempotency, call.idempotency_key
    if convention is None or key is None:
        return reply
    original = OriginalRequest(work.now(), dict(call.request))
    _forget(work, original.at)
    record = {
        "id": key.id,
        "fingerprint": key.fingerprint,
        "at": original.at,
        "until": later(work.clock.instant(), timedelta(hours=convention.hours)),
        "request": original.request,
        "reply": {"result": reply.result, "page": reply.page, "created": reply.created},
    }
    work.transaction.put(ANSWERS, key.id, record)
    return replace(reply, original=original)


def _forget(work: UnitOfWork, now: str) -> None:
    """Drop the answers whose time is over, with the first that is stored in each hour."""
    hour = {"id": SWEPT, "hour": now[: len("2024-01-31T10")]}
    if work.transaction.get(SWEPT, SWEPT) != hour:
        work.transaction.put(SWEPT, SWEPT, hour)
        for row in work.transaction.find(ANSWERS, Query((Condition(("until",), "lte", now),))):
            work.transaction.drop(ANSWERS, row["id"])


def record_bulk(work: UnitOfWork, call: Call, reply: Reply, entries: int) -> Reply:
    """`record` for a call that ran others: their answers need not be stored beside its own."""
    if call.idempotency_key is not None:
        for index in range(entries):
            work.transaction.drop(ANSWERS, call.idempotency_key.entry(index).id)
    return record(work, call, reply)
