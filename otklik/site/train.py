"""`otklik train`: learns themes from the cards that people decided, and goes back from what was learned."""

import logging
import sys
from collections import defaultdict, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Any

import numpy as np
from django.db.models import Max
from django.utils import timezone

from otklik.lib import clock
from otklik.lib.text import tidy
from otklik.reports.arithmetic import Share
from otklik.routing.lessons import Lesson, lessons
from otklik.themes import keeping
from otklik.themes.models import Theme
from otklik.triage import models as trained
from otklik.triage.judge import finder, sentence_model
from otklik.triage.models import TrainedModel
from otklik.triage.theme.embedding import Embedder, EmbedderError, Vectors, shortened
from otklik.triage.theme.features import TEXT_LIMIT
from otklik.triage.theme.finder import Heed
from otklik.triage.theme.fitting import is_possible
from otklik.triage.theme.learning import Seen
from otklik.triage.theme.linear import Scores
from otklik.triage.theme.teaching import MOST_A_THEME, Material, Score, Taught, TooFew, newest, teach

log = logging.getLogger(__name__)

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
ENOUGH_NEW = 20
"""Lessons since the last run without which a night is slept through."""
PIECE = 64
ACTOR = "machine:training"
State = TrainedModel.State


def train(*, nightly: bool = False) -> int:
    """Learn, and let the new model take over if it is better. Exit code 0 also when there is nothing to learn; 2 while
    another process learns, or without the packages for it."""
    if not is_possible():
        sys.stderr.write("Учиться нечем: нет пакетов для обучения. Их ставит make training.\n")
        return 2
    if nightly:
        last = TrainedModel.objects.aggregate(last=Max("last_at"))["last"] or LONG_AGO
        if sum(lesson.at > last for lesson in islice(lessons(last), ENOUGH_NEW + 1)) < ENOUGH_NEW:
            return _say("Новых решённых карточек мало: учиться нечему.")
    try:
        run = trained.begin(ACTOR, clock.now())
    except trained.Busy:
        sys.stderr.write("Обучение уже идёт.\n")
        return 2
    try:
        _learn(run)
    except TooFew as few:
        trained.forget(run)
        return _say(f"{few} Ничего не изменилось.")
    except BaseException:
        trained.fail(run)
        raise
    return 0


def back() -> int:
    """Go back to the model before the one in force, or to the shipped one; say what is in force now."""
    pk = trained.in_force()
    if pk is None:
        return _say("Действует поставляемая модель: отступать некуда.")
    trained.withdraw(pk, ACTOR, clock.now())
    now = trained.in_force()
    return _say(f"Модель № {pk} отозвана. Действует {f'модель № {now}' if now else 'поставляемая модель'}.")


def listing() -> int:
    """Every run, the newest first."""
    runs = list(TrainedModel.objects.defer("content").order_by("-pk")[:50])
    if not any(run.state == State.ACTIVE for run in runs) and trained.in_force() is None:
        _say("Действует поставляемая модель.")
    for run in runs:
        made_at = timezone.localtime(run.made_at)
        _say(f"№ {run.pk}, {made_at:%d.%m.%Y %H:%M}: {STATES[State(run.state)]}{_metrics_words(run)}")
    return 0


STATES = {
    State.LEARNING: "учится",
    State.ACTIVE: "действует",
    State.REPLACED: "заменена",
    State.REJECTED: "не лучше прежней",
    State.WITHDRAWN: "отозвана",
    State.FAILED: "обучение не удалось",
}


def _metrics_words(run: TrainedModel) -> str:
    n = run.metrics.get("n")
    if not n or run.first_at is None or run.last_at is None:
        return ""
    days = f"{timezone.localtime(run.first_at):%d.%m.%Y}–{timezone.localtime(run.last_at):%d.%m.%Y}"
    shares = (f"{Share(int(run.metrics.get(name, 0)), n).percent} %" for name in ("first", "first_now"))
    return f"; карточек {run.rows} ({days}); первая тема верна: {', было '.join(shares)} из {n}"


def _learn(run: TrainedModel) -> None:
    known = _read()
    if not known:
        raise TooFew("Решённых карточек ещё нет.")
    since = TrainedModel.objects.filter(state=State.ACTIVE).values_list("last_at", flat=True).first()
    texts = [tidy(one.text[: TEXT_LIMIT * 2])[:TEXT_LIMIT] for one in known]
    embedder, vectors = _embedded(texts)
    mind = finder(embedder)
    heed = list(_pieces(texts, mind.lessons, "подсказки"))
    data = trained.Data(
        len(known), min(one.at for one in known), max(one.at for one in known), embedder.name if embedder else ""
    )
    metadata = {
        "made_at": run.made_at.isoformat(),
        "first": data.first_at.isoformat(),
        "last": data.last_at.isoformat(),
    }
    material = Material(
        Seen(texts, vectors, _whole(heed, "opinions"), _whole(heed, "plain")),
        [one.theme_code for one in known],
        [one.at for one in known],
        mind.codes,
        _whole(heed, "shipped"),
        _whole(heed, "now"),
    )
    taught = teach(material, data.embedder, metadata, since)
    if not trained.settle(run, taught.model, data, metrics_of(taught), clock.now()):
        raise RuntimeError("the run was given up meanwhile")
    _tell(run, data, taught)


def _read() -> list[Lesson]:
    """The lessons that count, of the themes in force."""
    wanted = set(Theme.objects.filter(keeping.in_force(timezone.localdate())).values_list("code", flat=True))
    recent: dict[str, deque[Lesson]] = defaultdict(lambda: deque(maxlen=MOST_A_THEME))
    for lesson in lessons(LONG_AGO):
        if lesson.theme_code in wanted:
            recent[lesson.theme_code].append(lesson)
    recent_lessons = [lesson for some in recent.values() for lesson in some]
    return [
        recent_lessons[at]
        for at in newest([one.theme_code for one in recent_lessons], [one.at for one in recent_lessons])
    ]


class _Known:
    """The vectors that were made already."""

    def __init__(self, name: str, texts: Sequence[str], vectors: Vectors) -> None:
        self.name = name
        self._vectors = vectors
        self._rows = {shortened(text): row for row, text in enumerate(texts)}

    def embed(self, texts: Sequence[str]) -> Vectors:
        return self._vectors[[self._rows[shortened(text)] for text in texts]]


def _embedded(texts: Sequence[str]) -> tuple[Embedder | None, Vectors | None]:
    """All of them or none: a model of half of the meanings would be of neither kind."""
    embedder = sentence_model()
    if embedder is None:
        return None, None
    try:
        vectors = np.vstack(list(_pieces(texts, embedder.embed, "модель предложений")))
    except EmbedderError as error:
        log.warning("learning goes on without the sentence model: %s", error)
        return None, None
    return _Known(embedder.name, texts, vectors), vectors


def _whole(heed: Sequence[Heed], column: str) -> Scores:
    return np.vstack([getattr(piece, column) for piece in heed])


def _pieces(texts: Sequence[str], work: Callable[[Sequence[str]], Any], what: str) -> Any:
    for start in range(0, len(texts), PIECE):
        yield work(texts[start : start + PIECE])
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{what}: {min(start + PIECE, len(texts))} из {len(texts)} ")
    if sys.stderr.isatty():
        sys.stderr.write("\n")


def metrics_of(taught: Taught) -> dict[str, Any]:
    """What a row keeps of a run, as TrainedModel says."""
    new, now = taught.new, taught.now
    return {
        "n": new.n,
        "first": new.first,
        "three": new.three,
        "loss": new.loss,
        "first_now": now.first,
        "three_now": now.three,
        "loss_now": now.loss,
        "trust": taught.trust,
        "themes": taught.themes,
    }


def _tell(run: TrainedModel, data: trained.Data, taught: Taught) -> None:
    _say(f"Карточек: {data.rows}, тем: {taught.themes}; отложено для проверки: {taught.new.n}.")
    _say(f"Сейчас: {_scored(taught.now)}")
    _say(f"Новая:  {_scored(taught.new)}; доверие к выученному {taught.trust:.2f}")
    _say(f"Действует модель № {run.pk}." if taught.model else "Новая модель не лучше: остаётся прежняя.")


def _scored(score: Score) -> str:
    first, three = Share(score.first, score.n), Share(score.three, score.n)
    low, high = first.interval
    return (
        f"первая тема верна в {first.percent} % ({low}–{high} %), одна из трёх в {three.percent} %, "
        f"логарифмическая потеря {score.loss:.3f} (меньше – лучше)"
    )


def _say(sentence: str) -> int:
    sys.stdout.write(f"{sentence}\n")
    return 0
