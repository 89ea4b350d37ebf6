"""When an approved answer goes out, if not at once: ahead, not far, and with the card's clock in mind. Pure.

Sentences are Russian. What is said of the comment is checked before the first byte, whenever that is.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.lib.sentence import Sentence as _

MOST = timedelta(days=14)
PAST = _("Это время уже прошло. Выберите время впереди или согласуйте без него.")
FAR = _("Слишком далеко: назначить можно не дальше чем на 14 дней.")
LATE = _("Срок ответа раньше этого времени. Выберите раньше или отметьте, что так и нужно.")


@dataclass(frozen=True, slots=True)
class Later:
    """The moment, and whether whoever chose it knows that a clock of the card runs out before."""

    at: datetime
    knowingly: bool = False


def against(later: Later | None, now: datetime, limit_at: datetime | None) -> str:
    """Why it cannot be so; "" when it can. `limit_at` is the nearest clock of the card that has not run out."""
    if later is None:
        return ""
    if later.at <= now:
        return PAST
    if later.at > now + MOST:
        return FAR
    return LATE if limit_at is not None and limit_at < later.at and not later.knowingly else ""
