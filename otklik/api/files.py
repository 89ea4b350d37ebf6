"""Photos and acts of an answer, and citizens' pictures: hung on by a form, handed out as they are kept."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from ninja import File, Form, UploadedFile

from otklik.answers import acts, drafts
from otklik.answers.models import Answer
from otklik.api import asked
from otklik.api.acts_answers import allowed, once_on, told_of
from otklik.api.bearer import Token
from otklik.api.documented import FAILS, WRITE
from otklik.api.once import Key
from otklik.api.problem import Problem
from otklik.api.reading import answer_for, card_of
from otklik.api.routes import router
from otklik.api.told import Done
from otklik.desk.card import photos
from otklik.desk.card.acts import handed_out
from otklik.desk.gate import looked, user_of
from otklik.desk.uploaded import washed
from otklik.inbox.models import Media
from otklik.lib import pictures
from otklik.lib.pictures import NotAPicture
from otklik.people.programs import ProgramScope
from otklik.work.kinds import Id
from otklik.work.translated import translated

READS, WRITES = Token(ProgramScope.ANSWERS_READ), Token(ProgramScope.ANSWERS_WRITE)
TAKES_PHOTO = Token(ProgramScope.ANSWERS_WRITE, files=pictures.MAX_BYTES)
TAKES_ACT = Token(ProgramScope.ANSWERS_WRITE, files=acts.MAX_BYTES)


def _handing(*kinds: str) -> dict[str, Any]:
    """What the description says of an answer that is a file of one of these kinds."""
    content = {kind: {"schema": {"type": "string", "format": "binary"}} for kind in kinds}
    return {"responses": {200: {"description": "OK", "content": content}}}


@router.get(
    "/answers/{answer}/photos/{photo}",
    auth=READS,
    response=FAILS,
    operation_id="answer_photo",
    summary=noop("Снимок ответа"),
    openapi_extra=_handing("image/jpeg"),
)
def photo(request: HttpRequest, answer: Id, photo: Id) -> FileResponse:
    return photos.jpeg(_hanging(request, answer, "photos", photo).file)


@router.get(
    "/answers/{answer}/acts/{act}",
    auth=READS,
    response=FAILS,
    operation_id="answer_act",
    summary=noop("Файл акта"),
    openapi_extra=_handing("application/pdf", "image/jpeg"),
)
def act(request: HttpRequest, answer: Id, act: Id) -> FileResponse:
    return handed_out(_hanging(request, answer, "acts", act))


def _hanging(request: HttpRequest, answer: int, what: str, pk: int) -> Any:
    """What hangs on an answer that the owner sees. Raises Http404."""
    found = answer_for(request, answer)
    row = getattr(found, what).filter(pk=pk).first()
    if row is None:
        raise Http404
    looked(request, [found.incident_id])
    return row


@router.get(
    "/messages/{message}/pictures/{picture}",
    auth=Token(ProgramScope.MESSAGES_READ),
    response=FAILS,
    operation_id="message_picture",
    summary=noop("Снимок жителя"),
    openapi_extra=_handing("image/jpeg"),
)
def picture(request: HttpRequest, message: Id, picture: Id) -> FileResponse:
    """Our copy, which was washed at intake."""
    card = card_of(request, message)
    found = Media.objects.filter(pk=picture, message=message).exclude(file="").first()
    if found is None:
        raise Http404
    looked(request, [card])
    return photos.jpeg(found.file)


@router.post(
    "/answers/{answer}/photos",
    auth=TAKES_PHOTO,
    response=WRITE,
    operation_id="answer_photo_new",
    summary=noop("Приложить снимок к черновику"),
)
def hang_photo(
    request: HttpRequest, answer: Id, body: Form[asked.ShownPhoto], file: File[UploadedFile], key: Key
) -> HttpResponse:
    """Behind those that are there. Washed of where and with what it was taken."""
    _no_strangers(request, body)
    answer_for(request, answer)  # before the work: to whom the answer is not there, nothing is washed
    try:
        content = washed(file)
    except NotAPicture as error:
        raise Problem(422, translated(str(error))) from error

    def hang(at: datetime) -> Done:
        saved = _saved_anew(request, answer, body.version, at)
        missing = photos.not_on(saved, [content])
        if missing and not photos.room_on(saved):
            raise Problem(422, photos.no_room(0))
        photos.attach(saved, missing, body.stage)
        return told_of(saved.pk, photo=photos.like(saved, content).pk)

    return once_on(request, answer, body, hang, file=content)


@router.post(
    "/answers/{answer}/acts",
    auth=TAKES_ACT,
    response=WRITE,
    operation_id="answer_act_new",
    summary=noop("Приложить файл акта к черновику"),
)
def hang_act(
    request: HttpRequest, answer: Id, body: Form[asked.ShownAct], file: File[UploadedFile], key: Key
) -> HttpResponse:
    """A PDF or a picture. It is for colleagues and never published."""
    _no_strangers(request, body)
    answer_for(request, answer)
    try:
        paper = acts.paper_of(file.read(acts.MAX_BYTES + 1), file.name or "")
    except acts.NotAnAct as error:
        raise Problem(422, translated(str(error))) from error

    def hang(at: datetime) -> Done:
        saved = _saved_anew(request, answer, body.version, at)
        if not acts.room_on(saved):
            raise Problem(422, _("Файлов акта не больше трёх: можно добавить ещё %d.") % 0)
        acts.keep(saved, [paper], user_of(request), at)
        return told_of(saved.pk, act=saved.acts.latest("pk").pk)

    return once_on(request, answer, body, hang, file=paper.content)


@router.post(
    "/answers/{answer}/photos/{photo}/removal",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_photo_removal",
    summary=noop("Убрать снимок из черновика"),
)
def remove_photo(request: HttpRequest, answer: Id, photo: Id, body: asked.OnlyVersion, key: Key) -> HttpResponse:
    return _removed(request, answer, body, lambda saved: photos.take_away(saved, photo))


@router.post(
    "/answers/{answer}/acts/{act}/removal",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_act_removal",
    summary=noop("Убрать файл акта из черновика"),
)
def remove_act(request: HttpRequest, answer: Id, act: Id, body: asked.OnlyVersion, key: Key) -> HttpResponse:
    return _removed(request, answer, body, lambda saved: acts.take_away(saved, act))


def _removed(
    request: HttpRequest, answer: int, body: asked.OnlyVersion, take_away: Callable[[Answer], bool]
) -> HttpResponse:
    def remove(at: datetime) -> Done:
        saved = _saved_anew(request, answer, body.version, at)
        if not take_away(saved):
            raise Http404
        return told_of(saved.pk)

    return once_on(request, answer, body, remove)


def _saved_anew(request: HttpRequest, pk: int, version: int, at: datetime) -> Answer:
    """The draft under a new version, so that nobody approves a file that he has not seen. Inside `once_on`."""
    found = allowed(request, pk, "submit", version)
    return drafts.write(found.incident, found.reply_to, drafts.words_of(found), user_of(request), at, version)


def _no_strangers(request: HttpRequest, body: asked.Asked) -> None:
    """Of a form only the fields that are asked for are read, so a misspelt one would go by. Raises Problem."""
    strange = sorted((set(request.POST) | set(request.FILES)) - {*type(body).model_fields, "file"})
    if strange:
        raise Problem(422, _("Такого параметра нет: %s.") % strange[0][:60])
