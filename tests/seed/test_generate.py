"""Bodies that are invented: the values asked for, the same for the same seed, and what invents nothing."""

import pytest

from mockserver.compiling.compiler import load
from mockserver.seed.generate import Inventor, check_providers
from tests.revision import contract, schema


def invented(plan, seed=1, operation="addBook", **given):
    return Inventor(seed, ["en_US"]).body(plan.operations[operation], given)


def test_a_body_has_what_is_to_be_invented_and_what_is_given(library_plan):
    body = invented(library_plan, price=7, title="Emma")
    assert set(body) == {"isbn", "title", "author", "price"}
    assert (body["title"], body["price"], set(body["author"])) == ("Emma", 7, {"name"})
    assert len(body["isbn"].replace("-", "")) == 13


def test_the_same_seed_invents_the_same(library_plan):
    assert invented(library_plan, 1) == invented(library_plan, 1) != invented(library_plan, 2)


def test_an_operation_without_a_body_gets_what_is_given(library_plan):
    assert invented(library_plan, operation="getBook", title="x") == {"title": "x"}


@pytest.mark.parametrize(
    ("faker", "flaw"),
    [
        pytest.param("nme", "there is no Faker provider nme", id="provider"),
        pytest.param("unique.isbn31", "there is no Faker provider unique.isbn31", id="unique"),
        pytest.param({"sentence": {"words": 3}}, "Faker cannot invent this: ", id="argument"),
        pytest.param({"sentence": {"nb_words": 3}}, None, id="argument-that-there-is"),
        pytest.param("unique.email", None, id="unique-provider"),
    ],
)
def test_a_provider_that_invents_nothing_is_told(tmp_path, faker, flaw):
    def change(document):
        schema(document, "BookFields")["properties"]["title"]["x-faker"] = faker

    flaws = list(check_providers(load(contract(tmp_path, change))))
    assert [at.rsplit("/", 2)[1:] for at, _ in flaws] == ([["title", "x-faker"]] if flaw else [])
    assert all(told.startswith(flaw) for _, told in flaws)
