"""What each keyword asks for, in words and in short."""

import pytest

from mockserver.reading.messages import SENTENCES, constraint, sentence


@pytest.mark.parametrize(
    ("keyword", "facts", "words", "short"),
    [
        ("required", {}, "is required", None),
        ("type", {"types": ["integer", "null"]}, "must be a whole number or null", None),
        ("format", {"format": "date"}, "must be a date, as YYYY-MM-DD", "date"),
        ("format", {"format": "isbn"}, "must be an isbn", "isbn"),
        ("pattern", {"pattern": "^a"}, "must match ^a", "^a"),
        ("format", {"format": "postcode"}, "must be a postcode", "postcode"),
        ("enum", {"options": ["a", None, True, 0.5]}, "must be one of a, null, true, 0.5", None),
        ("multipleOf", {"multiple_of": 0.01}, "must be a multiple of 0.01", None),
        ("not", {}, "must not be of the form that is ruled out", None),
        ("oneOf", {"context": [[], []]}, "fits more than one of the forms of which it must fit one", None),
        ("minimum", {"limit": 2.0}, "must be at least 2", ">= 2"),
        ("maximum", {"limit": 0.5}, "must be at most 0.5", "<= 0.5"),
        ("exclusiveMinimum", {"limit": 0}, "must be greater than 0", "> 0"),
        ("exclusiveMaximum", {"limit": 9}, "must be less than 9", "< 9"),
        ("minLength", {"limit": 1}, "must not be empty", ">= 1"),
        ("minLength", {"limit": 2}, "must have at least 2 characters", ">= 2"),
        ("maxLength", {"limit": 1}, "must have at most 1 character", "<= 1"),
        ("minItems", {"limit": 1}, "must have at least 1 element", ">= 1"),
        ("maxItems", {"limit": 2}, "must have at most 2 elements", "<= 2"),
        ("minProperties", {"limit": 1}, "must have at least 1 member", ">= 1"),
        ("maxProperties", {"limit": 2}, "must have at most 2 members", "<= 2"),
        ("uniqueItems", {}, "must not repeat an entry", None),
        ("additionalProperties", {"unexpected": ["a", "b"]}, "has members that are not known: a, b", None),
        ("x-decimals", {"message": "must have at most 2 decimal places"}, "must have at most 2 decimal places", None),
        ("anyOf", {}, "does not fit any of the allowed forms", None),
    ],
)
def test_a_keyword_is_said_in_words(keyword, facts, words, short):
    assert (sentence(keyword, facts), constraint(keyword, facts)) == (words, short)


def test_every_keyword_is_tried():
    (mark,) = [mark for mark in test_a_keyword_is_said_in_words.pytestmark if mark.name == "parametrize"]
    assert SENTENCES.keys() <= {row[0] for row in mark.args[1]}
