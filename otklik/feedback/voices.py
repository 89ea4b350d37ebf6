"""Votes by the link in a public thread: anybody's, so they count apart, end nothing and open nothing."""

from datetime import datetime

from otklik.feedback.models import Survey, Unconfirmed
from otklik.feedback.opinion import Opinion
from otklik.feedback.survey import CHANGEABLE_FOR, LINK_LIVES, Over
from otklik.incidents.workflow import hold, record

ACTOR = "citizen:open"
MOST = 200
"""Votes under one answer. More of them would tell nothing new, and somebody may be pouring them in."""


def find_open(key: str, at: datetime) -> Survey | None:
    """The survey behind a link in a public thread; None when there is none or it is too old."""
    surveys = Survey.objects.select_related("sent__delivery__message__author", "incident__place")
    return surveys.filter(open_key=key, opened_at__gt=at - LINK_LIVES).exclude(open_key="").first() if key else None


def voice_of(survey: Survey, pk: int) -> Unconfirmed | None:
    """The vote with this id, if it is about this survey."""
    return Unconfirmed.objects.filter(survey=survey, pk=pk).first() if pk else None


def until(voice: Unconfirmed) -> datetime:
    """Till when it may be changed."""
    return voice.at + CHANGEABLE_FOR


def vote(survey: Survey, opinion: Opinion, earlier_voice: Unconfirmed | None, at: datetime) -> Unconfirmed:
    """Keep a new vote, or change the `earlier_voice` of this browser. Raises Over when it is too late to change it, and
    when there are enough."""
    columns = {"mark": opinion.mark, "solved": opinion.solved, "reason": opinion.reason}
    with hold(survey.incident_id):
        if earlier_voice is None:
            if Unconfirmed.objects.filter(survey=survey).count() >= MOST:
                raise Over
            voice = Unconfirmed.objects.create(survey=survey, at=at, **columns)
        elif at >= until(earlier_voice):
            raise Over
        elif Opinion(earlier_voice.mark, earlier_voice.solved, earlier_voice.reason) == opinion:
            return earlier_voice
        else:
            Unconfirmed.objects.filter(pk=earlier_voice.pk).update(**columns)
            voice = Unconfirmed.objects.get(pk=earlier_voice.pk)
        data = {"survey": survey.pk, "voice": voice.pk, "mark": opinion.mark, "solved": opinion.solved}
        data |= {"reason": bool(opinion.reason), "changed": earlier_voice is not None}
        record(survey.incident, "unconfirmed_voice", at=at, actor=ACTOR, subject=f"survey:{survey.pk}", data=data)
    return voice
