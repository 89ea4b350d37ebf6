"""The author's own answer to «помогло ли?», given by the link of the survey: once, and changeable for a day."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from otklik.feedback.asking import end
from otklik.feedback.models import Rating, Survey
from otklik.feedback.opinion import Opinion
from otklik.feedback.word import weigh
from otklik.incidents.models import CloseReason
from otklik.incidents.workflow import hold, record

ACTOR = "citizen:survey"
LINK_LIVES = timedelta(days=30)
CHANGEABLE_FOR = timedelta(days=1)


class Over(Exception):
    """The link is too old, or it was answered more than a day ago, or a later answer asks anew."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a survey stands: what was said, if anything, and until when it may be said or changed (aware)."""

    rating: Rating | None
    until: datetime

    def open_at(self, at: datetime) -> bool:
        return at < self.until


def find(key: str, at: datetime) -> Survey | None:
    """The survey behind the author's link, with what its page shows; None when there is none or it is too old."""
    return (
        Survey.objects.select_related("sent__delivery__answer", "sent__delivery__message__author", "incident__place")
        .filter(key=key, opened_at__gt=at - LINK_LIVES)
        .first()
        if key
        else None
    )


def standing(survey: Survey) -> Standing:
    """Two queries. It can be answered and changed until the next answer asks anew."""
    rating = Rating.objects.filter(survey=survey, dismissed_at__isnull=True).first()
    until = rating.at + CHANGEABLE_FOR if rating else survey.opened_at + LINK_LIVES
    later = _next(survey)
    return Standing(rating, min(until, later.opened_at) if later else until)


def answer(survey: Survey, opinion: Opinion, at: datetime) -> Rating:
    """Keep it with its journal entry of codes. Nothing opens by it: a complaint or words wait for a person, and only a
    good word without any ends a card that waits for it. The same once more changes nothing.

    Raises Over when it is too late. The time of the first answer is kept.
    """
    with hold(survey.incident_id):
        survey_state = standing(survey)
        if not survey_state.open_at(at):
            raise Over
        earlier_rating = survey_state.rating
        if (
            earlier_rating is not None
            and Opinion(earlier_rating.mark, earlier_rating.solved, earlier_rating.reason) == opinion
        ):
            return earlier_rating
        rating = _keep(survey, earlier_rating, opinion, at)
        data = {"rating": rating.pk, "mark": opinion.mark, "solved": opinion.solved, "survey": survey.pk}
        data |= {"reason": bool(opinion.reason), "changed": earlier_rating is not None}
        record(survey.incident, "rated", at=at, actor=ACTOR, subject=f"survey:{survey.pk}", data=data)
        weigh(rating, at, CloseReason.SCORE, ACTOR)
        end(Survey.objects.filter(pk=survey.pk), at)
        # Whoever answers was asked: if not by us, then by a person who gave him the link.
        Survey.objects.filter(pk=survey.pk, asked_at__isnull=True).update(asked_at=at, unasked="")
    return rating


def _keep(survey: Survey, earlier_rating: Rating | None, opinion: Opinion, at: datetime) -> Rating:
    columns = {"mark": opinion.mark, "solved": opinion.solved, "reason": opinion.reason}
    if earlier_rating is None:
        return Rating.objects.create(
            incident_id=survey.incident_id,
            survey=survey,
            origin=Rating.Origin.SURVEY,
            at=max(at, survey.opened_at),
            **columns,
        )
    Rating.objects.filter(pk=earlier_rating.pk).update(**columns)
    earlier_rating.refresh_from_db()
    return earlier_rating


def _next(survey: Survey) -> Survey | None:
    """The wait after a later answer. The copies of one answer open a wait each: none of them ends the others'."""
    answer = survey.sent.delivery.answer
    later = Survey.objects.filter(incident=survey.incident_id, pk__gt=survey.pk).order_by("pk")
    mine = answer.copy_of_id or answer.pk
    return later.exclude(sent__delivery__answer=mine).exclude(sent__delivery__answer__copy_of=mine).first()
