"""One use of a function in an expression: its arguments, by the parameters that take them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from jinja2 import nodes

from mockserver.json import Json
from mockserver.language.inference import Inference
from mockserver.language.signature import Parameter, Signature
from mockserver.language.types import ANY, Type


@dataclass(frozen=True)
class Arguments:
    """The arguments of one use of a function, before they have values."""

    inference: Inference
    single: Mapping[str, nodes.Expr]
    """Those of parameters that take one, in the order in which they stand."""
    many: tuple[nodes.Expr, ...]
    """Those of the parameter that takes all further ones."""
    named: Mapping[str, nodes.Expr]
    """Those of the parameter that takes all with other names."""

    def type(self, parameter: str) -> Type:
        """The type of an argument; anything where there is none."""
        return self.inference.type_of(self.single[parameter]) if parameter in self.single else ANY

    def constant(self, parameter: str) -> Json:
        """The argument itself where it stands in the expression as it is, null otherwise."""
        node = self.single.get(parameter)
        return node.value if isinstance(node, nodes.Const) else None

    def path(self, owner: str, parameter: str) -> Type:
        """The type of the member of one argument that another names by its path."""
        return self.inference.path(self.type(owner), self.constant(parameter))

    def pairs(self, signature: Signature) -> Iterator[tuple[Parameter, nodes.Expr]]:
        """Each argument with the parameter that takes it; those with other names have no type of their own."""
        for parameter in signature.single:
            if parameter.name in self.single:
                yield parameter, self.single[parameter.name]
        if (further := signature.that_takes("many")) is not None:
            yield from ((further, node) for node in self.many)


def bind(
    inference: Inference, signature: Signature, positional: Sequence[nodes.Expr], named: Mapping[str, nodes.Expr]
) -> Arguments:
    """The arguments of a use that has no flaw."""
    names = [parameter.name for parameter in signature.single]
    by_name = {parameter.name for parameter in signature.single if parameter.sort == "either"}.intersection(named)
    return Arguments(
        inference,
        {**dict(zip(names, positional, strict=False)), **{name: named[name] for name in by_name}},
        tuple(positional[len(names) :]),
        {name: node for name, node in named.items() if name not in by_name},
    )
