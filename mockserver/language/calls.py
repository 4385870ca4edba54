"""The nodes of expressions that call filters and functions."""

from collections.abc import Mapping

from jinja2 import nodes

from mockserver.language.arguments import bind
from mockserver.language.functions import FILTERS, FUNCTIONS, PROVIDED, Function
from mockserver.language.inference import Build, Evaluate, Inference, NodeRow
from mockserver.language.scope import ExpressionError
from mockserver.language.types import ANY, Type
from mockserver.reading.errors import suggestion


def _arguments(node: nodes.Call | nodes.Filter, build: Build) -> tuple[list[Evaluate], dict[str, Evaluate]]:
    if node.dyn_args is not None or node.dyn_kwargs is not None:
        raise ExpressionError("* and ** are not part of expressions")
    return [build(argument) for argument in node.args], {str(pair.key): build(pair.value) for pair in node.kwargs}


def _no_function(sort: str, name: str, names: Mapping[str, Function]) -> ExpressionError:
    hint = suggestion(name, names, f": use one of {', '.join(sorted(names))}")
    return ExpressionError(f"there is no {sort} {name or 'of that form'}{hint}")


def _filter(node: nodes.Filter, build: Build) -> Evaluate:
    if node.name not in FILTERS:
        raise _no_function("filter", node.name, FILTERS)
    if node.node is None:
        raise ExpressionError("a filter needs a value")
    function, value = FILTERS[node.name], build(node.node)
    positional, named = _arguments(node, build)
    if (flaw := function.signature.without_first().flaw(node.name, len(positional), named)) is not None:
        raise ExpressionError(flaw)
    apply = function.evaluate
    if named:
        return lambda scope: apply(
            value(scope), *(argument(scope) for argument in positional), **{key: at(scope) for key, at in named.items()}
        )
    return lambda scope: apply(value(scope), *(argument(scope) for argument in positional))


def _called(node: nodes.Call) -> str:
    return node.node.name if isinstance(node.node, nodes.Name) else ""


def _call(node: nodes.Call, build: Build) -> Evaluate:
    name = _called(node)
    positional, named = _arguments(node, build)
    function = PROVIDED.get(name) or FUNCTIONS.get(name)
    if function is None:
        raise _no_function("function", name, {**FUNCTIONS, **PROVIDED})
    if (flaw := function.signature.flaw(name, len(positional), named)) is not None:
        raise ExpressionError(flaw)
    if name in PROVIDED:
        return lambda scope: getattr(scope.functions, name)(
            *(argument(scope) for argument in positional), **{key: at(scope) for key, at in named.items()}
        )
    apply = function.evaluate
    return lambda scope: apply(
        *(argument(scope) for argument in positional), **{key: at(scope) for key, at in named.items()}
    )


def _filter_type(inference: Inference, node: nodes.Filter) -> Type:
    if node.name not in FILTERS or node.node is None:
        return ANY  # noted where it is compiled
    return _gives(inference, node, FILTERS[node.name], (node.node, *node.args))


def _call_type(inference: Inference, node: nodes.Call) -> Type:
    name = _called(node)
    if name in PROVIDED and name not in inference.functions:
        others = " and ".join(sorted(inference.functions))
        inference.note(f"{name} cannot be called here" + (f", only {others} can" if others else ""))
        return ANY
    function = PROVIDED.get(name) or FUNCTIONS.get(name)
    return ANY if function is None else _gives(inference, node, function, tuple(node.args))


def _gives(
    inference: Inference, node: nodes.Call | nodes.Filter, function: Function, positional: tuple[nodes.Expr, ...]
) -> Type:
    """The type of what a function gives, once each argument was looked at."""
    name = node.name if isinstance(node, nodes.Filter) else _called(node)
    arguments = bind(inference, function.signature, positional, {str(pair.key): pair.value for pair in node.kwargs})
    for parameter, argument in arguments.pairs(function.signature):
        inference.expect(argument, parameter, name)
    for argument in arguments.named.values():
        inference.type_of(argument)
    return function.gives(arguments)


CALLS: Mapping[type[nodes.Node], NodeRow] = {
    nodes.Filter: NodeRow(_filter, _filter_type),
    nodes.Call: NodeRow(_call, _call_type),
}
