"""Verbs of what hangs on a draft: photos that go out with it, and the file of an act, which never does.

The draft is saved before each of them, under a new version, so that nobody agrees to a file that he has not seen.
"""

from typing import Annotated, Any

from django.utils.translation import gettext as _

from otklik.answers import acts, photos
from otklik.answers.acts import Paper
from otklik.answers.drafts import OPEN, Stale
from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.incidents.workflow import MOVES
from otklik.work.kinds import OneOf
from otklik.work.verb import Input, Press, Refused, Verb

Stage = Annotated[str, OneOf(AnswerPhoto.Stage.values)]


class Pictures(Input):
    """Washed ones; `stage` is when they were taken."""

    pictures: list[bytes]
    stage: Stage = ""


class Staging(Input):
    photo: int
    stage: Stage = ""


class Papers(Input):
    papers: list[Paper]


class Removal(Input):
    """Of the photo, or the act, of this id."""

    pk: int


def _hang_photos(press: Press[Answer], data: Pictures) -> list[AnswerPhoto]:
    """Behind those that are there; one that is there already is not hung twice. All of them or none."""
    answer = _draft(press)
    fresh, room = photos.not_on(answer, data.pictures), photos.room_on(answer)
    if len(fresh) > room:
        raise Refused(422, _("Столько снимков сеть не примет: можно добавить ещё %d.") % room)
    photos.attach(answer, fresh, data.stage)
    return [photos.like(answer, content) for content in data.pictures]


def _set_stage(press: Press[Answer], data: Staging) -> None:
    _draft(press).photos.filter(pk=data.photo).update(stage=data.stage)


def _remove_photo(press: Press[Answer], data: Removal) -> bool:
    """Whether it was there."""
    return photos.take_away(_draft(press), data.pk)


def _hang_acts(press: Press[Answer], data: Papers) -> list[ActFile]:
    answer = _draft(press)
    room = acts.room_on(answer)
    if len(data.papers) > room:
        raise Refused(422, _("Файлов акта не больше трёх: можно добавить ещё %d.") % room)
    return acts.keep(answer, data.papers, press.by, press.at)


def _remove_act(press: Press[Answer], data: Removal) -> bool:
    """Whether it was there."""
    return acts.take_away(_draft(press), data.pk)


def _draft(press: Press[Answer]) -> Answer:
    """Raises Stale when somebody has sent it on since it was saved."""
    answer = press.thing
    if not Answer.objects.filter(pk=answer.pk, state__in=OPEN).exists():
        raise Stale(Answer.objects.get(pk=answer.pk))
    return answer


_PLAIN: Any = {"permissions": MOVES["submit"].permissions, "undo": False}
HANG_PHOTOS = Verb(name="photos", schema=Pictures, do=_hang_photos, **_PLAIN)
SET_STAGE = Verb(name="photo_stage", schema=Staging, do=_set_stage, **_PLAIN)
REMOVE_PHOTO = Verb(name="photo_removal", schema=Removal, do=_remove_photo, **_PLAIN)
HANG_ACTS = Verb(name="acts", schema=Papers, do=_hang_acts, **_PLAIN)
REMOVE_ACT = Verb(name="act_removal", schema=Removal, do=_remove_act, **_PLAIN)
