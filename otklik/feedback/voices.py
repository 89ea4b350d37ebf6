"""Votes by the link in a public thread: anybody's, so they count apart, end nothing and open nothing."""

from datetime import datetime

from otklik.feedback.models import Survey, Unconfirmed
from otklik.feedback.said import Said
from otklik.feedback.survey import CHANGEABLE_FOR, LINK_LIVES, Over
from otklik.incidents.workflow import hold, record

ACTOR = "citizen:open"
MOST = 200
"""Votes under one answer. More of them would tell nothing new, and somebody may be pouring them in."""


def find_open(key: str, at: datetime) -> Survey | None:
    """The survey behind a link in a public thread; None when there is none or it is too old."""
    found = Survey.objects.select_related("sent__delivery__message__author", "incident__place")
    return found.filter(open_key=key, opened_at__gt=at - LINK_LIVES).exclude(open_key="").first() if key else None


def voice_of(survey: Survey, pk: int) -> Unconfirmed | None:
    """The vote with this id, if it is about this survey."""
    return Unconfirmed.objects.filter(survey=survey, pk=pk).first() if pk else None


def until(voice: Unconfirmed) -> datetime:
    """Till when it may be changed."""
    return voice.at + CHANGEABLE_FOR


def vote(survey: Survey, said: Said, given: Unconfirmed | None, at: datetime) -> Unconfirmed:
    """Keep a new vote, or change the one that this browser has `given`. Raises Over when it is too late to change it,
    and when there are enough."""
    told = {"mark": said.mark, "solved": said.solved, "reason": said.reason}
    with hold(survey.incident_id):
        if given is None:
            if Unconfirmed.objects.filter(survey=survey).count() >= MOST:
                raise Over
            voice = Unconfirmed.objects.create(survey=survey, at=at, **told)
        elif at >= until(given):
            raise Over
        elif Said(given.mark, given.solved, given.reason) == said:
            return given
        else:
            Unconfirmed.objects.filter(pk=given.pk).update(**told)
            voice = Unconfirmed.objects.get(pk=given.pk)
        data = {"survey": survey.pk, "voice": voice.pk, "mark": said.mark, "solved": said.solved}
        data |= {"reason": bool(said.reason), "changed": given is not None}
        record(survey.incident, "unconfirmed_voice", at=at, actor=ACTOR, subject=f"survey:{survey.pk}", data=data)
    return voice
