"""Figures of the demonstration as it lies in the database, for `otklik demo --describe`."""

import sys
from collections import Counter
from collections.abc import Iterable
from datetime import timedelta

from django.db.models import Count, Q

from otklik.demo.checker import check
from otklik.demo.texts import describe as describe_texts
from otklik.demo.texts import themes as theme_uses
from otklik.feedback.models import Rating, Solved
from otklik.incidents.models import Incident, IncidentMessage, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.routing.models import Deadline, Norm
from otklik.themes import classifier
from otklik.triage.models import Verdict

MONTH = timedelta(days=30)
GOOD_FROM = 4
SHOWN = 20


def describe() -> int:
    """Print the figures. 0: printed; 1: the checker found something; 2: nothing is loaded."""
    if not Incident.objects.exists():
        sys.stderr.write("База пуста. Сначала загрузите демонстрацию: make demo.\n")
        return 2
    for name, value in figures():
        sys.stdout.write(f"{name}: {value}\n")
    faults = check()
    sys.stdout.write("проверка целостности: нарушений нет\n" if not faults else "проверка целостности:\n")
    for fault in faults[:SHOWN]:
        sys.stdout.write(f"  {fault}\n")
    return 1 if faults else 0


def figures() -> Iterable[tuple[str, str]]:
    """Name and value of every figure, as they are printed."""
    cards = Incident.objects.all()
    total = cards.count()
    real = cards.exclude(state=State.NOISE)
    yield "инцидентов", str(total)
    last = clock.now() - MONTH
    yield "за последний месяц", str(cards.filter(started_at__gte=last).count())
    yield from _texts()
    yield "подсказка темы верна", _share(*_suggestions())
    yield "не инцидент", _share(total - real.count(), total)
    yield "возвращено «не наше»", _share(real.filter(returns__gt=0).count(), real.count())
    answered = real.filter(first_answered_at__isnull=False)
    yield "с ответом", _share(answered.count(), real.count())
    yield "открыто снова", _share(answered.filter(reopened__gt=0).count(), answered.count())
    yield "обещаний нарушено", _share(*_promises())
    ratings = Rating.objects.filter(suggested=False, dismissed_at=None)
    marks = Counter(ratings.filter(mark__isnull=False).values_list("mark", flat=True))
    good, rated = sum(n for mark, n in marks.items() if (mark or 0) >= GOOD_FROM), sum(marks.values())
    yield "довольны (4 и 5 из оценивших)", _share(good, rated)
    solved = ratings.exclude(solved="")
    yield "проблема решена (из сказавших)", _share(solved.filter(solved=Solved.YES).count(), solved.count())
    yield "оценивших среди получивших ответ", _share(rated, answered.count())
    yield "просрочено сейчас", str(_overdue())
    yield "по сетям", _counted(cards.values_list("network").annotate(n=Count("pk")))
    yield "по состояниям", _counted(cards.values_list("state").annotate(n=Count("pk")))
    yield "записей в журнале", str(Entry.objects.count())


def _texts() -> Iterable[tuple[str, str]]:
    """What the texts themselves say. The theme of a card is the one a person gave it, where he did."""
    names = {classifier.name_key(use.name): use.name for use in theme_uses()}
    rows = IncidentMessage.objects.filter(main=True).values_list("incident__theme__name", "message__text")
    texts = [(names.get(classifier.name_key(theme or ""), ""), text) for theme, text in rows.iterator()]
    if len(texts) < 2:
        return
    measures = describe_texts(texts)
    words = {
        "differing_after_folding": "текстов, разных после свёртки",
        "near_duplicate_share": "доля почти повторов",
        "themes_used": "тем в ходу",
        "without_own_words_share": "доля без слов самой темы",
        "texts": "текстов",
        "top_ten_themes_share": "доля десяти главных тем",
        "length_lower_quartile": "длина текста, нижний квартиль, знаков",
        "length_median": "длина текста, медиана, знаков",
        "length_upper_quartile": "длина текста, верхний квартиль, знаков",
        "shortest": "самый короткий, знаков",
        "longest": "самый длинный, знаков",
    }
    for key, value in measures.items():
        yield words.get(key, key), str(value)


def _suggestions() -> tuple[int, int]:
    """How often the theme a person gave is the one that the machine had put first."""
    pairs = Verdict.objects.filter(message__links__main=True, message__links__incident__theme__isnull=False)
    rows = pairs.values_list("theme_id", "message__links__incident__theme_id")
    agreed = [mine == theirs for mine, theirs in rows.iterator()]
    return sum(agreed), len(agreed)


def _promises() -> tuple[int, int]:
    """Missed ones among those that are over."""
    over = Deadline.objects.filter(clock=Norm.Clock.PROMISE).filter(
        Q(missed_at__isnull=False) | Q(met_at__isnull=False)
    )
    return over.filter(missed_at__isnull=False).count(), over.count()


def _overdue() -> int:
    running = Deadline.objects.filter(runs_until__lt=clock.now())
    return running.values("incident").distinct().count()


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.1%} ({part} из {whole})" if whole else "нет данных"


def _counted(rows: Iterable[tuple[str, int]]) -> str:
    return ", ".join(f"{name} {n}" for name, n in sorted(rows, key=lambda row: -row[1]))
