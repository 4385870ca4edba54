"""What is wrong with a contract: each mistake with its place, all of them at once."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches


@dataclass(frozen=True)
class ContractError:
    """One mistake: where it stands (file and JSON pointer) and a sentence that says what to do."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


def count(number: int, noun: str) -> str:
    """A number with its noun.

    >>> count(1, "mistake"), count(0, "mistake"), count(1200, "rule")
    ('1 mistake', '0 mistakes', '1200 rules')
    """
    return f"{number} {noun}" + ("" if number == 1 else "s")


class BrokenContract(Exception):
    """The contract has mistakes; `errors` holds every one of them."""

    def __init__(self, errors: list[ContractError]) -> None:
        super().__init__(f"{count(len(errors), 'mistake')} in the contract")
        self.errors = errors


class Mistakes(list[ContractError]):
    """Gathers mistakes while a contract is read."""

    def add(self, pointer: str, message: str) -> None:
        """Note one mistake; the same one twice counts once."""
        error = ContractError(pointer, message)
        if error not in self:
            self.append(error)

    def add_unless_known(self, name: str, names: Iterable[str], pointer: str, noun: str) -> None:
        """Note a name that is none of those there are, such as a resource that does not exist."""
        if name not in (names := list(names)):
            self.add(pointer, f"there is no {noun} {name}{suggestion(name, names)}")


def suggestion(name: object, names: Iterable[object], others: str = "", likeness: float = 0.6) -> str:
    """The end of a sentence about a name that does not exist: the one that was probably meant, else `others`.

    `likeness` is how alike the two must be at least, 1 meaning the same.

    >>> suggestion("canceledAt", ["cancelledAt", "createdAt"])
    ': did you mean cancelledAt?'
    >>> suggestion("colour", ["title", "price"], ": use title or price")
    ': use title or price'
    """
    folded = {str(candidate).casefold(): str(candidate) for candidate in names}
    near = get_close_matches(str(name).casefold(), folded, 1, likeness)
    return f": did you mean {folded[near[0]]}?" if near else others
