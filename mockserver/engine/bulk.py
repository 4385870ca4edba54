"""Operations that run others, just as if those were called alone: many in one call, or one that is chosen."""

from collections.abc import Callable, Generator
from dataclasses import replace
from typing import TypeVar, cast

from mockserver.engine.call import Call, Reply
from mockserver.engine.problems import Problem, Refused, worded
from mockserver.flaws import Flaw
from mockserver.json import Json
from mockserver.language.scope import Scope
from mockserver.plan import Bulk, Choice, Operation, Plan

Run = Callable[[Call], Reply]
T = TypeVar("T")
Steps = Generator[None, None, T]
"""Work in steps, which gives its result at the end."""


def finish(steps: Steps[T]) -> T:
    """Take all steps in one go; the result."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return cast(T, end.value)


def bulk(plan: Plan, call: Call, scope: Scope, run: Run) -> Steps[tuple[Reply, int]]:
    """Run the entries of a bulk call in order, one that is refused not stopping the others; the reply, and how many.

    Between two entries it stops, so that whoever runs it can let others in: each entry is a transaction of its own.
    """
    convention = plan.conventions.bulk
    if convention is None:
        raise Problem("internal")
    outer = scope.inside({"input": call.input})
    results = []
    for index, it in enumerate(convention.each.evaluate(outer) or []):
        if index:
            yield
        results.append(_entry(plan, convention, call, outer.inside({"it": it, "index": index}), run))
    return Reply(convention.reply(outer.inside({"results": results}))), len(results)


def _entry(plan: Plan, convention: Bulk, call: Call, scope: Scope, run: Run) -> Json:
    result, problem = None, None
    try:
        result = run(_single(plan, convention, call, scope)).result
    except (Problem, Refused) as refused:
        problem = worded(plan.errors, refused).names()
    return convention.entry(scope.inside({"result": result, "problem": problem}))


def _single(plan: Plan, convention: Bulk, call: Call, scope: Scope) -> Call:
    """The call that an entry stands for; Problem when it is not complete."""
    verb = convention.verb.evaluate(scope)
    name = call.operation.action.bulk.get(verb)
    if name is None:
        raise Problem(
            "validation", [Flaw("operation", "enum", f"must be one of {', '.join(call.operation.action.bulk)}", verb)]
        )
    operation = plan.operations[name]
    id = convention.id.evaluate(scope) if convention.id else None
    input = convention.input.evaluate(scope) if convention.input else None
    missing = [
        *_missing("id", operation.key is not None and id is None),
        *_missing("data", _needs_body(operation) and input is None),
    ]
    if missing:
        raise Problem("validation", missing)
    path = {operation.key: id} if operation.key is not None else {}
    part = call.idempotency_key.entry(scope["index"]) if call.idempotency_key else None
    return Call(operation, call.caller, path, input=input, request=call.request, idempotency_key=part)


def redirected(plan: Plan, call: Call, choice: Choice, scope: Scope) -> Call:
    """The call that another operation gets instead; Problem when the value chooses none."""
    value = choice.by.evaluate(scope)
    if value not in choice.of:
        raise Problem(
            "validation",
            [Flaw(choice.by.source.rpartition(".")[2], "enum", f"must be one of {', '.join(choice.of)}", value)],
        )
    input = choice.input(scope) if choice.input else {}
    return replace(call, operation=plan.operations[choice.of[value]], input=input)


def _needs_body(operation: Operation) -> bool:
    return operation.body is not None and operation.body.required


def _missing(field: str, missing: bool) -> list[Flaw]:
    return [Flaw(field, "required", "is required")] if missing else []
