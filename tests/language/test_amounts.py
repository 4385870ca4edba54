"""Shares of amounts: each is the exact one, rounded half up once, and those of a whole come to the whole."""

from decimal import Decimal
from fractions import Fraction

import yaml
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import Environment, TemplateSyntaxError, nodes

from mockserver.language.amounts import portion, share
from mockserver.settings import default_contract

AMOUNTS = st.decimals(Decimal("-999999999.99"), Decimal("999999999.99"), places=2)
COUNTS = st.decimals(Decimal("0.00001"), Decimal("999999.99999"), places=5)
PLACES = st.sampled_from([0, 2, 3])


def half_up(exact, places):
    """A fraction, rounded by the definition: the largest whole number of units that is not above, plus a half."""
    units = (2 * abs(exact) * 10**places + 1) // 2
    return Decimal(units if exact >= 0 else -units).scaleb(-places)


@given(AMOUNTS, COUNTS, COUNTS, PLACES)
def test_a_share_is_the_exact_one_rounded_once(amount, count, of, places):
    assert share(amount, count, of, places) == half_up(Fraction(amount) * Fraction(count) / Fraction(of), places)


@given(AMOUNTS, st.lists(COUNTS, min_size=1, max_size=12))
def test_portions_of_a_whole_come_to_the_whole(amount, counts):
    of, before, total = sum(counts), Decimal(0), Decimal(0)
    for count in counts:
        part = portion(amount, before, count, of)
        before, total = before + count, total + part
        assert total == half_up(Fraction(amount) * Fraction(before) / Fraction(of), 2)
        assert abs(part - share(amount, count, of)) <= Decimal("0.01")
    assert total == amount


def test_a_half_is_rounded_up_whatever_the_quotient():
    assert [share(Decimal("0.71"), count, 6) for count in (1, 2, 3, 4, 5, 6)] == [
        Decimal(part) for part in ("0.12", "0.24", "0.36", "0.47", "0.59", "0.71")
    ]


def texts(node):
    """Every text of a document, however deep."""
    if isinstance(node, dict | list):
        for member in node.values() if isinstance(node, dict) else node:
            yield from texts(member)
    elif isinstance(node, str):
        yield node


def quotients_multiplied(text):
    """Whether a text is an expression or a template in which a quotient is a factor: it is rounded before its time."""
    try:
        tree = Environment().parse(text if "{{" in text else f"{{{{ {text} }}}}")
    except TemplateSyntaxError:
        return False
    factors = [factor for product in tree.find_all(nodes.Mul) for factor in (product.left, product.right)]
    return any(isinstance(factor, nodes.Div) for factor in factors)


def test_no_expression_of_the_contract_multiplies_a_quotient():
    assert [quotients_multiplied(text) for text in ("a / b * c", "{{ c * (a / b) }}", "a * c / b")] == [True, True, False]
    files = sorted(default_contract().parent.glob("*.yaml"))
    found = [text for file in files for text in texts(yaml.safe_load(file.read_text())) if quotients_multiplied(text)]
    assert files
    assert not found
