"""Photos and acts of an answer, and citizens' pictures: hung on by a form, handed out as they are kept."""

from datetime import datetime
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as noop
from ninja import File, Form, UploadedFile

from otklik.answers import acts
from otklik.answers.models import ActFile, Answer
from otklik.api import asked
from otklik.api.acts import after_answer, once_on, press
from otklik.api.bearer import Token, owner_of
from otklik.api.documented import FAILS, WRITE
from otklik.api.once import Key
from otklik.api.problem import Problem
from otklik.api.reading import answer_for, card_of
from otklik.api.routes import router
from otklik.api.schemas import Done
from otklik.inbox.models import Media
from otklik.journal import looks
from otklik.lib import pictures
from otklik.lib.file_response import foreign_file, jpeg
from otklik.people.programs import ProgramScope
from otklik.work import answers, files
from otklik.work.files import Papers, Pictures
from otklik.work.kinds import Id
from otklik.work.verb import Input, Verb, perform

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
    return jpeg(_hanging(request, answer, "photos", photo).file)


@router.get(
    "/answers/{answer}/acts/{act}",
    auth=READS,
    response=FAILS,
    operation_id="answer_act",
    summary=noop("Файл акта"),
    openapi_extra=_handing("application/pdf", "image/jpeg"),
)
def act(request: HttpRequest, answer: Id, act: Id) -> FileResponse:
    paper = _hanging(request, answer, "acts", act)
    return foreign_file(paper.file, paper.name, acts.CONTENT_TYPES[ActFile.Kind(paper.kind)])


def _hanging(request: HttpRequest, answer: int, what: str, pk: int) -> Any:
    """What hangs on an answer that the owner sees. Raises Http404."""
    answer_row = answer_for(request, answer)
    row = getattr(answer_row, what).filter(pk=pk).first()
    if row is None:
        raise Http404
    looks.show([answer_row.incident_id])
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
    media = Media.objects.filter(pk=picture, message=message).exclude(file="").first()
    if media is None:
        raise Http404
    looks.show([card])
    return jpeg(media.file)


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
    content = pictures.wash_upload(file)

    def hang(at: datetime) -> Done:
        pictures = Pictures(pictures=[content], stage=body.stage)
        (shot,) = _change(request, answer, body, files.HANG_PHOTOS, pictures, at)
        return after_answer(answer, photo=shot.pk)

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
    paper = acts.paper_of(file.read(acts.MAX_BYTES + 1), file.name or "")

    def hang(at: datetime) -> Done:
        (act,) = _change(request, answer, body, files.HANG_ACTS, Papers(papers=[paper]), at)
        return after_answer(answer, act=act.pk)

    return once_on(request, answer, body, hang, file=paper.content)


@router.post(
    "/answers/{answer}/photos/{photo}/removal",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_photo_removal",
    summary=noop("Убрать снимок из черновика"),
)
def remove_photo(request: HttpRequest, answer: Id, photo: Id, body: asked.OnlyVersion, key: Key) -> HttpResponse:
    return _removed(request, answer, body, files.REMOVE_PHOTO, photo)


@router.post(
    "/answers/{answer}/acts/{act}/removal",
    auth=WRITES,
    response=WRITE,
    operation_id="answer_act_removal",
    summary=noop("Убрать файл акта из черновика"),
)
def remove_act(request: HttpRequest, answer: Id, act: Id, body: asked.OnlyVersion, key: Key) -> HttpResponse:
    return _removed(request, answer, body, files.REMOVE_ACT, act)


def _removed(
    request: HttpRequest, answer: int, body: asked.OnlyVersion, verb: Verb[Answer, files.Removal], pk: int
) -> HttpResponse:
    def remove(at: datetime) -> Done:
        if not _change(request, answer, body, verb, files.Removal(pk=pk), at):
            raise Http404
        return after_answer(answer)

    return once_on(request, answer, body, remove)


def _change(
    request: HttpRequest, pk: int, body: asked.Asked, verb: Verb[Answer, Any], data: Input, at: datetime
) -> Any:
    """What the verb has returned that is done to the draft's files. The draft gets a new version before, so that nobody
    agrees to a file that he has not seen. Inside `once_on`."""
    saved = press(request, answers.SAVE_AGAIN, answer_for(request, pk), body, at)
    return perform(verb, saved, data, owner_of(request), at, program=True).result


def _no_strangers(request: HttpRequest, body: asked.Asked) -> None:
    """Of a form only the fields that are asked for are read, so a misspelt one would go by. Raises Problem."""
    strange = sorted((set(request.POST) | set(request.FILES)) - {*type(body).model_fields, "file"})
    if strange:
        raise Problem(422, _("Такого параметра нет: %s.") % strange[0][:60])
