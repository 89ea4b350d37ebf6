"""Pictures on a card, shown through our own address: photos of an answer, and our copies of citizens' pictures."""

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from functools import partial

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Q
from django.db.models.fields.files import FieldFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.copies import drop_file
from otklik.answers.models import Answer, AnswerPhoto
from otklik.desk.card.answering import written
from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts
from otklik.desk.card.thread import readable
from otklik.desk.card.told import Shot, stamp_of_latest
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.inbox.models import Media, Message
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold
from otklik.lib.pictures import MAX_BYTES, TOO_BIG, NotAPicture, wash
from otklik.networks.registry import NETWORKS
from otklik.work.translated import translated


@require_POST
@permitted()
@telling_conflicts
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and add the chosen pictures. The save gives the answer a new version, so that nobody
    approves pictures he has not seen."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    clean_pictures: list[bytes] = []
    for upload in request.FILES.getlist("photos"):
        if (upload.size or 0) > MAX_BYTES:
            return refusal(request, pk, 422, translated(TOO_BIG))
        try:
            clean_pictures.append(wash(upload.read()))
        except NotAPicture as error:
            return refusal(request, pk, 422, translated(str(error)))
    with hold(incident.pk):
        saved = written(request, incident)
        if isinstance(saved, HttpResponse):
            return saved
        fresh, room = not_on(saved, clean_pictures), room_on(saved)
        if len(fresh) <= room:
            attach(saved, fresh)
    if len(fresh) > room:
        return refusal(request, pk, 422, no_room(room), saved=saved, stamp=stamp_of_latest(pk))
    return card_again(request, pk)


def not_on(answer: Answer, pictures: Iterable[bytes]) -> dict[str, bytes]:
    """Those of the washed pictures that the answer does not have yet, each once, by its digest: whoever presses twice,
    in two windows, or again because he heard no answer has one of each. Inside `hold`."""
    found = {_digest(content): content for content in pictures}
    there = {_digest_of(photo) for photo in answer.photos.all()} if found else set()
    return {digest: content for digest, content in found.items() if digest not in there}


def like(answer: Answer, content: bytes) -> AnswerPhoto:
    """The picture of this content that the answer has."""
    return next(photo for photo in answer.photos.all() if _digest_of(photo) == _digest(content))


def _digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def _digest_of(photo: AnswerPhoto) -> str:
    """Read from the file where nobody has noted it: a draft of before may have a picture twice. "" without a file."""
    if photo.digest:
        return photo.digest
    try:
        with photo.file.open("rb") as file:
            return _digest(file.read())
    except FileNotFoundError:
        return ""


def attach(answer: Answer, pictures: Mapping[str, bytes], stage: str = "") -> None:
    """Hang pictures of `not_on` on the answer, after those that are there. Inside `hold`."""
    for number, (digest, content) in enumerate(pictures.items(), start=answer.photos.count()):
        file = ContentFile(content, name=f"{secrets.token_hex(12)}.jpg")
        AnswerPhoto.objects.create(answer=answer, file=file, position=number, stage=stage_of(stage), digest=digest)


def hung(request: HttpRequest, saved: Answer) -> HttpResponse:
    """The new list of photos for the page, which keeps its text and its cursor; without scripts the whole card."""
    if not is_fragment(request):
        return card_again(request, saved.incident_id)
    shots = [Shot(*shot) for shot in saved.photos.values_list("pk", "stage")]
    told = {"answer": saved, "photos": shots}
    facts = {"told": told, "incident": saved.incident, "answer": saved, "stamp": stamp_of_latest(saved.incident_id)}
    return render(request, "desk/card/_uploaded.html", facts)


def take_away(answer: Answer, pk: int) -> bool:
    """Whether the answer had this picture; its file goes when that is committed. Inside `hold`."""
    photo = answer.photos.filter(pk=pk).first()
    if photo is None:
        return False
    photo.delete()
    transaction.on_commit(partial(drop_file, photo.file))
    return True


def room_on(answer: Answer) -> int:
    """How many more pictures the network takes with this answer."""
    network = NETWORKS.get(answer.reply_to.network)
    most = network.limits.photos_in(answer.direct) if network else 0
    return max(most - answer.photos.count(), 0)


def no_room(room: int) -> str:
    return _("Столько снимков сеть не примет: можно добавить ещё %d.") % room


def stage_of(given: str) -> str:
    """«до», «после», or nothing for whatever else was sent."""
    return given if given in AnswerPhoto.Stage.values else AnswerPhoto.Stage.NONE


@require_POST
@permitted()
@telling_conflicts
def photo_stage(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and say of one picture when it was taken: `shot` is «17:before», «17:after» or «17:»."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    number, _colon, stage = request.POST.get("shot", "").partition(":")
    with hold(incident.pk):
        saved = written(request, incident)
        if isinstance(saved, HttpResponse):
            return saved
        saved.photos.filter(pk=integer(number)).update(stage=stage_of(stage))
    return card_again(request, pk)


@require_POST
@permitted()
@telling_conflicts
def photo_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and take one picture away; which one says `photo`."""
    incident: Incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    with hold(incident.pk):
        saved = written(request, incident)
        if isinstance(saved, HttpResponse):
            return saved
        take_away(saved, integer(request.POST.get("photo")))
    return card_again(request, pk)


@require_GET
@permitted()
def photo(request: HttpRequest, pk: int, photo_pk: int) -> FileResponse:
    """The picture itself, for whoever sees the card."""
    found = AnswerPhoto.objects.select_related("answer").filter(pk=photo_pk).first()
    if found is None or found.answer_id != pk:
        raise Http404
    card_for(request, found.answer.incident_id)
    return jpeg(found.file)


@require_GET
@permitted()
def picture(request: HttpRequest, pk: int, media_pk: int) -> FileResponse:
    """Our copy of a citizen's picture, washed at intake: on the card itself, or beside it in its discussion."""
    card_for(request, pk)
    beside = Message.objects.filter(readable(user_of(request)), thread__messages__links__incident=pk)
    here = Q(message__links__incident=pk) | Q(message__in=beside)
    found = Media.objects.filter(here, pk=media_pk).exclude(file="").first()
    if found is None:
        raise Http404
    return jpeg(found.file)


def jpeg(file: FieldFile) -> FileResponse:
    """Raises Http404 when the file is gone."""
    try:
        response = FileResponse(file.open("rb"), content_type="image/jpeg")
    except FileNotFoundError:
        raise Http404 from None
    response["Cache-Control"] = "private, max-age=3600"
    return response
