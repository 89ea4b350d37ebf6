"""A photo from a phone, piece by piece: it goes on where the line broke, and then hangs on the draft, washed.

`uploads` begins and names a key, `upload-piece` takes a piece at its offset, `upload` tells how far it is, and
`upload-completion` makes a photo of it. A key is good for its own user and card; for anybody else it is not there.
"""

import secrets
from datetime import datetime, timedelta

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import QuerySet, Sum
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, UnreadablePostError
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.card.answering import save
from otklik.desk.card.files import change, hung, stage_of
from otklik.desk.card.reply import telling_conflicts
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.desk.models import Upload
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.pictures import MAX_BYTES, TOO_BIG, NotAPicture, wash
from otklik.work.files import HANG_PHOTOS, Pictures
from otklik.work.translated import translated

PIECE = 256 * 1024
KEPT_FOR = timedelta(days=1)
IDLE = timedelta(minutes=10)
MOST_WAITING = 10 * MAX_BYTES
SWEPT_AT_ONCE = 100
DONE = "done"  # the picture hangs on its answer; the row stays for whoever did not hear so


@require_POST
@permitted()
def begin(request: HttpRequest, pk: int) -> HttpResponse:
    """`size` in bytes → {"key", "piece"}. What is too big is refused before a byte of it is sent."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    size, now, user = integer(request.POST.get("size")), clock.now(), user_of(request)
    if size <= 0:
        return _json_words(422, _("Файл пуст: выберите другой снимок."))
    if size > MAX_BYTES:
        return _json_words(422, translated(TOO_BIG))
    _sweep(now)
    mine = Upload.objects.filter(user=user).exclude(stage=DONE)
    if _waiting(mine) + size > MOST_WAITING:
        _forget(list(mine.filter(at__lt=now - IDLE)[:SWEPT_AT_ONCE]))
        if _waiting(mine) + size > MOST_WAITING:
            return _json_words(422, _("Слишком много снимков загружается сразу: дождитесь, пока уйдут первые."))
    key = secrets.token_urlsafe(32)
    upload = Upload(key=key, user=user, incident=incident, size=size, stage=stage_of(request.POST.get("stage", "")))
    upload.at = now
    upload.file.save(f"{key}.part", ContentFile(b""), save=False)
    upload.save()
    return JsonResponse({"key": key, "piece": PIECE, "received": 0})


@require_GET
@permitted()
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """How much of `key` is here."""
    upload = _mine(request, card_for(request, pk))
    return JsonResponse({"received": upload.received, "size": upload.size, "piece": PIECE})


@require_POST
@permitted()
def piece(request: HttpRequest, pk: int) -> HttpResponse:
    """The bytes of the body belong at `offset`. At any other place than the end 409 tells where that is.

    The bytes are written before the row is committed: a piece that was counted is there, and one that was not comes
    again and is written over.
    """
    upload = _mine(request, card_for(request, pk))
    offset = integer(request.GET.get("offset"), -1)
    if integer(request.headers.get("Content-Length")) > PIECE:
        return _json_words(413, _("Кусок снимка слишком велик."))
    try:
        body = request.body
    except UnreadablePostError:  # the line broke in the middle: there is nobody to answer
        return HttpResponse(status=400)
    if not body or len(body) > PIECE or offset + len(body) > upload.size:
        return JsonResponse({"received": upload.received}, status=409)
    try:
        taken = _append(upload, offset, body)
    except FileNotFoundError:  # somebody has cleared the folder: the phone begins anew
        _forget([upload])
        raise Http404 from None
    received = Upload.objects.filter(pk=upload.pk).values_list("received", flat=True).first() or 0
    return JsonResponse({"received": received}, status=200 if taken else 409)


def _append(upload: Upload, offset: int, body: bytes) -> bool:
    with transaction.atomic():
        end = offset + len(body)
        if not Upload.objects.filter(pk=upload.pk, received=offset).update(received=end, at=clock.now()):
            return False
        _write(upload, offset, body)
    return True


def _write(upload: Upload, offset: int, body: bytes) -> None:
    with open(upload.file.path, "r+b") as file:
        file.seek(offset)
        file.write(body)


@require_POST
@permitted()
@telling_conflicts
def completion(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed, and hang the whole picture on the draft. Asked again for the same key, it adds nothing.

    The save gives the answer a new version, so that nobody approves a picture he has not seen.
    """
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    upload = _mine(request, incident)
    if upload.received != upload.size:
        return JsonResponse({"received": upload.received}, status=409)
    try:
        washed = [wash(_content(upload))] if upload.stage != DONE else []
    except NotAPicture:
        _forget([upload])
        raise
    saved = save(request, incident)
    if washed:
        refused = change(request, saved, HANG_PHOTOS, Pictures(pictures=washed, stage=upload.stage))
        if refused is not None:
            _forget([upload])
            return refused
        # The same picture is not hung twice: whoever is cut off here asks again, and adds nothing.
        Upload.objects.filter(pk=upload.pk).update(stage=DONE)
        upload.file.delete(save=False)
    return hung(request, saved)


def _mine(request: HttpRequest, incident: Incident) -> Upload:
    """Raises Http404 for a key of somebody else, of another card, or of nobody."""
    key = request.GET.get("key", "") or request.POST.get("key", "")
    upload = Upload.objects.filter(key=key[:64], user=user_of(request), incident=incident).first() if key else None
    if upload is None:
        raise Http404
    return upload


def _content(upload: Upload) -> bytes:
    try:
        with upload.file.open("rb") as file:
            return bytes(file.read())
    except FileNotFoundError:
        return b""


def _waiting(uploads: QuerySet[Upload]) -> int:
    return int(uploads.aggregate(all=Sum("size"))["all"] or 0)


def _sweep(now: datetime) -> None:
    """Whatever nobody has gone on with for a day."""
    _forget(list(Upload.objects.filter(at__lt=now - KEPT_FOR).order_by("at")[:SWEPT_AT_ONCE]))


def _forget(uploads: list[Upload]) -> None:
    for upload in uploads:
        file = upload.file
        Upload.objects.filter(pk=upload.pk).delete()
        if file:
            file.delete(save=False)


def _json_words(status: int, words: str) -> JsonResponse:
    return JsonResponse({"words": words}, status=status)
