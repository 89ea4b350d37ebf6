"""What an ending answer rests on: the evidence that it was solved, or why it was not, on a card where something can be
done. Pure: values in, a Russian sentence out.

Closed is not fixed: «Решено» wants a photo, a link, an act, the author's word or a check by phone; «Разъяснено» asks
for more, a reason from the list, and a day or the plain words that it will not be done.
"""

from dataclasses import dataclass
from datetime import date

from otklik.lib.sentence import Sentence as _
from otklik.networks.counting import LINK

PHOTO, REFERENCE, ACT = "photo", "link", "act"
NOTED = frozenset({ACT, "author", "phone"})
PROOFS = frozenset({PHOTO, REFERENCE, *NOTED})
PLANNED = "planned"
REASONS = frozenset({"no_money", "not_ours", PLANNED, "private", "law", "not_found"})
LEAST_WORDS = 5
"""Characters of a note, below which it says nothing."""


@dataclass(frozen=True, slots=True)
class Ending:
    """An answer that ends a card. `outcome` is a code of Outcome; `ground`, `words` and `day` are what its writer gave;
    `today` is the local day. `acts` are files of the act: they stand in the place of its number."""

    outcome: str
    text: str
    photos: int
    ground: str = ""
    words: str = ""
    day: date | None = None
    today: date | None = None
    acts: int = 0


def of(ending: Ending) -> str:
    """What it rests on: as given, or as seen in the answer itself; "" when it rests on nothing yet."""
    if ending.outcome == "explained":
        return ending.ground if ending.ground in REASONS else ""
    if ending.outcome != "solved":
        return ""
    if ending.ground in PROOFS:
        return ending.ground
    if ending.photos:
        return PHOTO
    return REFERENCE if LINK.search(ending.text) else ""


def missing(ending: Ending) -> str:
    """What the answer still needs before it may go to an approver; "" when nothing."""
    if ending.outcome == "solved":
        return _no_proof(ending)
    return _no_reason(ending) if ending.outcome == "explained" else ""


def _no_proof(ending: Ending) -> str:
    ground = of(ending)
    if not ground:
        return _("Чем подтверждается, что решено? Приложите снимок или выберите другое подтверждение.")
    if ground == PHOTO and not ending.photos:
        return _("Подтверждение – снимок, а его нет: приложите его к ответу.")
    if ground == REFERENCE and not LINK.search(f"{ending.text} {ending.words}"):
        return _("Подтверждение – ссылка, а её нет: вставьте её в ответ или рядом.")
    if ground == ACT and ending.acts:
        return ""
    if ground in NOTED and len(ending.words.strip()) < LEAST_WORDS:
        return _("Запишите, чем подтверждается: номер акта, слова жителя, кто и когда звонил.")
    return ""


def _no_reason(ending: Ending) -> str:
    if not of(ending):
        return _("Вопрос закрывается без решения: выберите причину.")
    if ending.day is not None and ending.today is not None and ending.day < ending.today:
        return _("День, к которому это запланировано, уже прошёл.")
    if ending.ground == PLANNED and ending.day is None:
        return _("Запланировано – на какой день? Укажите его.")
    if ending.day is None and len(ending.words.strip()) < LEAST_WORDS:
        return _("Укажите день, когда к вопросу вернутся, или напишите, почему не будет сделано.")
    return ""
