"""Compiles `x-sandbox.rateLimit`: how many requests each key may make, and the headers that say so."""

from mockserver.compiling.context import CompileContext
from mockserver.json import Json
from mockserver.language.functions import CLOCK_FUNCTIONS
from mockserver.language.types import RATE, REQUEST
from mockserver.plan.rates import RateLimit, parse_rate


def rate_limit(context: CompileContext, node: dict[str, Json], at: str) -> RateLimit:
    """What `rateLimit` says."""
    with context.with_names({"rate": RATE, "request": REQUEST}, functions=CLOCK_FUNCTIONS):
        headers = {name: context.template(value, f"{at}/headers/{name}") for name, value in node.get("headers", {}).items()}
    if "key" not in context.document.root["x-sandbox"].get("security", {}):
        context.mistakes.add(at, "requests are counted by API key: name its security scheme in x-sandbox.security.key")
    rates = []
    for index, text in enumerate(node["rates"]):
        try:
            rates.append(parse_rate(text))
        except ValueError as error:
            context.mistakes.add(f"{at}/rates/{index}", str(error))
    return RateLimit(tuple(rates), headers)
