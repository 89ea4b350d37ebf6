"""`otklik forget`, `retention`: a person is forgotten, and nothing of him is left in the files."""

import sys
from collections import Counter
from datetime import datetime

from django.utils import timezone

from otklik.desk.admin.forgotten_words import in_words
from otklik.desk.admin.privacy_words import TITLES
from otklik.inbox.models import Author
from otklik.lib import clock
from otklik.networks.registry import title_of
from otklik.privacy import acts
from otklik.privacy import again as list_of_forgotten
from otklik.privacy.forget import NotAPerson, StillOpen, would
from otklik.privacy.forget import forget as forget_author
from otklik.privacy.kinds import KINDS, MOST_COUNTED, waiting
from otklik.privacy.models import Sweep
from otklik.privacy.overwrite import overwrite
from otklik.privacy.trace import authors_at

ACTOR = "machine:command"


def forget(address: str, *, do: bool, with_open: bool) -> int:
    """Without `do` it only tells. Exit code 2: there is nobody to forget, or he waits for an answer."""
    authors = authors_at(address)
    if not authors:
        return _refuse(
            "Жителя с таким адресом здесь нет. Откройте его карточку и скопируйте ссылку на его имя: "
            "сеть может знать его под номером."
        )
    now = clock.now()
    for author in authors:
        code = _one(author, now, do=do, with_open=with_open)
        if code:
            return code
    if do:
        overwrite()
        _say(_KEPT_ELSEWHERE)
    else:
        _say("Ничего не изменено. Стереть: та же команда с --do. Вернуть будет нельзя.")
    return 0


def _one(author: Author, now: datetime, *, do: bool, with_open: bool) -> int:
    try:
        account = forget_author(author, now, now, actor=ACTOR, with_open=with_open) if do else would(author, now)
    except NotAPerson:
        return _refuse("Это сообщество или наш собственный аккаунт, а не житель.")
    except StillOpen as waiting:
        return _refuse(
            f"Ему ещё не ответили: карточки № {waiting}. Ответьте и закройте их или повторите с --with-open: "
            "тогда ответ ему не уйдёт, а карточка останется в работе без его слов."
        )
    cards = f"карточки № {_listed(account.cards)}" if account.cards else "карточек нет"
    _say(f"{title_of(author.network)}, {cards}. {'Стёрто' if do else 'Будет стёрто'}:")
    _tell(account.rows)
    if do:
        act = acts.act(acts.act_of(author.pk))
        _say(f"Акт об уничтожении № {act.number if act else 0}: «Управление», «Забыть жителя».")
    if account.look_at:
        _say(f"Посмотрите сами: файлы на карточках № {_listed(account.look_at)}. Имя в акте программа не прочтёт.")
    return 0


def again() -> int:
    """After a restore. Exit code 0."""
    done = list_of_forgotten.apply(clock.now())
    if not done:
        return _say("Все, кого просили забыть, забыты.")
    _say("Вернулись со старой копией и снова стёрты:")
    _tell(done)
    overwrite()
    return 0


def retention() -> int:
    """What is forgotten by the clock: days, how much is waiting, when it was done last and will be next."""
    now = clock.now()
    rows = {sweep.kind: sweep for sweep in Sweep.objects.all()}
    older = waiting({code: row.upto for code, row in rows.items()}, now)
    for kind in KINDS:
        days = f"{kind.days} дн." if kind.days else "не стирается"
        number = older[kind.code]
        count_text = f"больше {MOST_COUNTED}" if number > MOST_COUNTED else str(number)
        _say(f"{TITLES[kind.code]}: {days} ({kind.setting})")
        _say(f"  пора стереть: {count_text}; {_when(rows.get(kind.code))}")
    return 0


def _when(row: Sweep | None) -> str:
    if row is None:
        return "обработчик ещё не запускался"
    last = f"последний раз {_date(row.ended_at)}, стёрто {row.count}" if row.ended_at else "ещё не стиралось"
    return f"{last}; в следующий раз {_date(row.due_at)}" if row.due_at else last


def _date(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y %H:%M}"


_KEPT_ELSEWHERE = (
    "Осталось за пределами системы: резервные копии, выгруженные файлы, письма и то, что стоит в самой сети. "
    "После возврата к старой копии выполните otklik forget --again."
)


def _tell(rows: Counter[str]) -> None:
    for kind, number in in_words(rows):
        _say(f"  {kind}: {number}")


def _listed(numbers: list[int]) -> str:
    return ", ".join(map(str, numbers))


def _say(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0


def _refuse(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2
