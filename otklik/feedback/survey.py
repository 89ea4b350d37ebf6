"""The author's own answer to «помогло ли?», given by the link of the survey: one mark, changeable for a day."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.feedback.closing import Unready, close, everybody_told
from otklik.feedback.hear import SATISFIED_FROM, reopen
from otklik.feedback.models import Rating, Survey
from otklik.incidents.models import CloseReason, Incident, State
from otklik.incidents.workflow import NotAllowed, record
from otklik.journal import book

ACTOR = "citizen:survey"
LINK_LIVES = timedelta(days=30)
CHANGEABLE_FOR = timedelta(days=1)


class Over(Exception):
    """The link is too old, or the mark was given more than a day ago."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a survey stands: the mark given, if any, and until when a mark may be given or changed (aware)."""

    rating: Rating | None
    until: datetime

    def open_at(self, at: datetime) -> bool:
        return at < self.until


def find(key: str, at: datetime) -> Survey | None:
    """The survey behind a link, with what its page shows; None when there is none or it is too old."""
    return (
        Survey.objects.select_related("sent", "incident__theme__group", "incident__place__parent")
        .filter(key=key, opened_at__gt=at - LINK_LIVES)
        .first()
        if key
        else None
    )


def standing(survey: Survey) -> Standing:
    """Two queries at most. A mark can be given until the next answer asks anew."""
    rating = Rating.objects.filter(survey=survey, dismissed_at__isnull=True).first()
    if rating is not None:
        return Standing(rating, rating.at + CHANGEABLE_FOR)
    later = _next(survey)
    return Standing(None, later.opened_at if later else survey.opened_at + LINK_LIVES)


def answer(survey: Survey, mark: int, at: datetime) -> Rating:
    """Keep the mark (1 to 5) with its journal entry. Four and five close a card that waits for its rating, less opens
    it again: the problem is not solved. A card that has moved on meanwhile is left where it is.

    Raises ValueError for another mark, Over when it is too late. The time of the first mark is kept.
    """
    if not 1 <= mark <= 5:
        raise ValueError(f"a mark is 1 to 5, not {mark}")
    with book.turn():
        stands = standing(survey)
        if not stands.open_at(at):
            raise Over
        rating = _keep(survey, stands.rating, mark, at)
        data = {"rating": rating.pk, "mark": mark, "survey": survey.pk, "changed": stands.rating is not None}
        record(survey.incident, "rated", at=at, actor=ACTOR, subject=f"survey:{survey.pk}", data=data)
        if _next(survey) is None:
            _move(survey, mark, at)
        Survey.objects.filter(pk=survey.pk, closed_at__isnull=True).update(closed_at=at, due_at=None)
    return rating


def _keep(survey: Survey, given: Rating | None, mark: int, at: datetime) -> Rating:
    if given is None:
        return Rating.objects.create(
            incident_id=survey.incident_id,
            survey=survey,
            origin=Rating.Origin.SURVEY,
            mark=mark,
            at=max(at, survey.opened_at),
        )
    Rating.objects.filter(pk=given.pk).update(mark=mark)
    given.mark = mark
    return given


def _move(survey: Survey, mark: int, at: datetime) -> None:
    incident = Incident.objects.get(pk=survey.incident_id)
    # A person moved it in the same moment, or has yet to set its kind: the mark is kept all the same.
    with suppress(NotAllowed, Unready):
        if mark >= SATISFIED_FROM and incident.state == State.RATING and everybody_told(incident):
            close(incident, CloseReason.SCORE, at, ACTOR)
        elif mark < SATISFIED_FROM and incident.state in (State.RATING, State.DONE):
            reopen(incident, ACTOR, at)


def _next(survey: Survey) -> Survey | None:
    """The wait after a later answer. The copies of one answer open a wait each: none of them ends the others'."""
    answer = survey.sent.delivery.answer
    later = Survey.objects.filter(incident=survey.incident_id, pk__gt=survey.pk).order_by("pk")
    mine = answer.copy_of_id or answer.pk
    return later.exclude(sent__delivery__answer=mine).exclude(sent__delivery__answer__copy_of=mine).first()
