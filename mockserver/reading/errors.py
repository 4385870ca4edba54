"""What is wrong with a contract: each mistake with its place, all of them at once."""

from dataclasses import dataclass


@dataclass(frozen=True)
class ContractError:
    """One mistake: where it stands (file and JSON pointer) and a sentence that says what to do."""

    pointer: str
    message: str

    def __str__(self) -> str:
        return f"{self.pointer}: {self.message}"


class BrokenContract(Exception):
    """The contract has mistakes; `errors` holds every one that was found."""

    def __init__(self, errors: list[ContractError]) -> None:
        super().__init__(f"{len(errors)} mistakes in the contract")
        self.errors = errors


class Mistakes(list[ContractError]):
    """Gathers mistakes while a contract is read."""

    def add(self, pointer: str, message: str) -> None:
        """Note one mistake; the same one twice counts once."""
        error = ContractError(pointer, message)
        if error not in self:
            self.append(error)
