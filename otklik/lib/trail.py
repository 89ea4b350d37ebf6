"""What this thread is working on, so that a line of the log and a page that failed can be found by one number.

A request has a number that a person can read out by telephone. Background work has a step and a row. Pure: both are
variables of the context, each thread has its own.
"""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Without 0 and O, 1, I and L, and U, which are taken for each other or for V."""
_number: ContextVar[str] = ContextVar("number", default="")
_step: ContextVar[str] = ContextVar("step", default="")
_row: ContextVar[int] = ContextVar("row", default=0)


def fresh() -> str:
    """A new number such as `K7QM-2XWD`: of 30 letters in the power of 8, so two of a year hardly meet."""
    letters = "".join(secrets.choice(LETTERS) for _ in range(8))
    return f"{letters[:4]}-{letters[4:]}"


def number() -> str:
    """The number of the request that is being answered, "" outside of one."""
    return _number.get()


@contextmanager
def of_request(request_number: str) -> Iterator[None]:
    """Whatever is logged meanwhile carries this number."""
    token = _number.set(request_number)
    try:
        yield
    finally:
        _number.reset(token)


@contextmanager
def of_work(step: str, row: int = 0) -> Iterator[None]:
    """Whatever is logged meanwhile carries the step's name and, where it is one row, its id."""
    tokens = _step.set(step), _row.set(row)
    try:
        yield
    finally:
        _step.reset(tokens[0])
        _row.reset(tokens[1])


def about() -> dict[str, str | int]:
    """What is known, without what is not: `number`, `step`, `row`."""
    known: dict[str, str | int] = {"number": _number.get(), "step": _step.get(), "row": _row.get()}
    return {name: value for name, value in known.items() if value}
