"""Files that somebody takes out of the system: who, when and which kind stands in the journal, and nothing of what is
in them. Kinds with a citizen's words or a card's number are told; sums alone are not."""

from datetime import datetime

from otklik.journal import book
from otklik.people.models import User

VERB = "export.take"


def taken(what: str, by: User, at: datetime) -> int:
    """`what` is a code: "report", "promises", "journal". Before the file is given out, as a look is before its page.
    Returns the id of the entry."""
    with book.writing():
        entry = book.write(at=at, actor=f"user:{by.pk}", verb=VERB, subject=f"export:{what}")
    return int(entry.pk)
