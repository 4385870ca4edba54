"""Checks that every name in a plan leads somewhere: resources, events, transitions, operations, states."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.plan import Action, Lifecycle, Operation, Plan, Reference, Resource
from mockserver.reading.document import pointer
from mockserver.reading.errors import suggestion


def check_links(context: CompileContext, plan: Plan) -> None:
    """Note every name that leads nowhere."""
    for resource in plan.resources.values():
        _resource(context, plan, resource)
    for operation in plan.operations.values():
        at = pointer("paths", operation.path, operation.method.lower(), "x-action")
        _action(context, plan, operation, operation.action, at)
        _fits(context, operation, at)
    idempotency = plan.conventions.idempotency
    if idempotency is not None and not any(operation.idempotent for operation in plan.operations.values()):
        headers = [parameter.name for operation in plan.operations.values() for parameter in operation.headers]
        hint = suggestion(idempotency.header, headers)
        message = f"no operation declares a header parameter {idempotency.header}{hint}"
        context.mistakes.add("#/x-sandbox/idempotency/header", message)


def _fits(context: CompileContext, operation: Operation, at: str) -> None:
    """Note what an operation says and its kind never does."""
    action = operation.action
    if operation.kind in ("list", "read") and (action.let or action.require or action.set or action.effects or action.emit):
        context.mistakes.add(at, f"a {operation.kind} only reads: give it a reply, or leave this out")
    if operation.kind == "list" and operation.key is not None:
        context.mistakes.add(at, f"{operation.key} is no reference of {operation.resource and operation.resource.name}")
    if operation.key is None and operation.kind == "action" and (action.set or action.transition):
        context.mistakes.add(at, "there is no document to set or move: its path addresses none")


def _resource(context: CompileContext, plan: Plan, resource: Resource) -> None:
    _references(context, plan, resource)
    if resource.lifecycle is not None:
        _lifecycle(context, plan, resource, resource.lifecycle)


def _references(context: CompileContext, plan: Plan, resource: Resource) -> None:
    for field in resource.references:
        reference = field.reference
        where = f"{resource.pointer}/properties/{field.path}/x-ref"
        if reference is None:
            continue
        for target in reference.targets:
            context.mistakes.add_unless_known(target, plan.resources, _target_at(reference, target, where), "resource")
            if target in plan.resources:
                context.mistakes.add_unless_known(
                    reference.by, plan.resources[target].names, f"{where}/by", f"field of {target}"
                )
        if reference.chosen_by is not None:
            _choices(context, resource, reference, f"{where}/choose")


def _target_at(reference: Reference, target: str, at: str) -> str:
    values = [value for value, name in reference.choices.items() if name == target]
    return f"{at}/choose/of/{values[0]}" if values else f"{at}/to"


def _choices(context: CompileContext, resource: Resource, reference: Reference, at: str) -> None:
    """Note a choice by a field that there is not, or by values that it cannot have, or does not care for."""
    chosen_by = resource.paths.get(reference.chosen_by or "")
    if chosen_by is None:
        context.mistakes.add_unless_known(str(reference.chosen_by), resource.paths, f"{at}/by", f"field of {resource.name}")
        return
    values: list[Json] | None = chosen_by.schema.get("enum")
    if values is None:
        return
    for value in sorted(reference.choices.keys() ^ (set(values) - {None})):
        if value in reference.choices:
            context.mistakes.add(f"{at}/of/{value}", f"{chosen_by.name} is never {value}{suggestion(value, values)}")
        else:
            context.mistakes.add(f"{at}/of", f"says nothing of {value}")


def _lifecycle(context: CompileContext, plan: Plan, resource: Resource, lifecycle: Lifecycle) -> None:
    at = f"{resource.pointer}/x-resource/lifecycle"
    reached = {lifecycle.initial} | {move.target for move in lifecycle.transitions.values()}
    states = resource.paths[lifecycle.field].schema.get("enum", []) if not context.mistakes else []
    writable = {state for state in states if _written(plan, resource, state)}
    for state in states:
        if state is not None and state not in reached | writable:
            context.mistakes.add(at, f"nothing leads to the state {state}")


def _written(plan: Plan, resource: Resource, state: str) -> bool:
    """Whether a body or an effect may give this state directly."""
    field = resource.lifecycle.field if resource.lifecycle else ""
    bodies = [
        operation.body.schema.get("properties", {}).get(field, {})
        for operation in plan.operations.values()
        if operation.resource is not None and operation.resource.name == resource.name and operation.body
    ]
    return any(state in part.get("enum", [state] if part.get("type") == "string" else []) for part in bodies)


def _action(context: CompileContext, plan: Plan, operation: Operation, action: Action, at: str) -> None:
    chosen = action.choose.of if action.choose else {}
    for key, names in (("bulk", action.bulk), ("choose/of", chosen)):
        for verb, name in names.items():
            context.mistakes.add_unless_known(name, plan.operations, f"{at}/{key}/{verb}", "operation")
            if name not in plan.operations:
                continue
            if plan.operations[name].action.bulk or plan.operations[name].action.choose:
                context.mistakes.add(f"{at}/{key}/{verb}", f"{name} runs other operations itself: name one of those")
