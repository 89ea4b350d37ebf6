"""Photos and acts on a card, shown through our own address: hung on the draft together with what was typed, read by
whoever sees the card. An act never goes to a network.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django.db.models import Q
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.acts import CONTENT_TYPES, MAX_BYTES, MOST, TOO_BIG, NotAnAct, Paper, paper_of
from otklik.answers.models import ActFile, Answer, AnswerPhoto
from otklik.desk.card.answer_view import Shot, stamp_of_latest
from otklik.desk.card.answering import save
from otklik.desk.card.press import do
from otklik.desk.card.reply import card_again, conflict, is_fragment, telling_conflicts
from otklik.desk.card.thread import readable
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.inbox.models import Media, Message
from otklik.lib.file_response import foreign_file, jpeg
from otklik.lib.pictures import NotAPicture, wash_upload
from otklik.lib.text import clean
from otklik.work import deliveries, files
from otklik.work.verb import Input, Refused, Verb

G = TypeVar("G", bound=Input)


def change(request: HttpRequest, saved: Answer, verb: Verb[Answer, G], data: G) -> HttpResponse | None:
    """Does what `verb` does to the files of a draft that was just saved; the refusal where it cannot be done, which
    loses none of the words."""
    try:
        do(request, verb, saved, lambda: data)
    except (Refused, NotAPicture, NotAnAct) as error:
        return conflict(request, saved.incident_id, error, saved=saved, stamp=stamp_of_latest(saved.incident_id))
    return None


def with_draft(verb: Verb[Answer, Any], data: Callable[[HttpRequest], Any]) -> Callable[..., HttpResponseBase]:
    """A page's address that saves what was typed and does `verb` to the draft's files, with what `data` reads of the
    form. The save gives the answer a new version, so that nobody approves a file that he has not seen."""

    @require_POST
    @permitted()
    @telling_conflicts
    def pressed(request: HttpRequest, pk: int) -> HttpResponse:
        incident = card_for(request, pk)
        must_be_allowed(request, incident, "submit")
        changes = data(request)
        return change(request, save(request, incident), verb, changes) or card_again(request, pk)

    return pressed


def _pictures(request: HttpRequest) -> files.Pictures:
    return files.Pictures(pictures=[wash_upload(one) for one in request.FILES.getlist("photos")])


def _staging(request: HttpRequest) -> files.Staging:
    """`shot` is «17:before», «17:after» or «17:»."""
    number, _colon, stage = request.POST.get("shot", "").partition(":")
    return files.Staging(photo=integer(number), stage=stage_of(stage))


def stage_of(text: str) -> str:
    """«до», «после», or nothing for whatever else was sent."""
    return text if text in AnswerPhoto.Stage.values else AnswerPhoto.Stage.NONE.value


photos = with_draft(files.HANG_PHOTOS, _pictures)
photo_stage = with_draft(files.SET_STAGE, _staging)
photo_removal = with_draft(files.REMOVE_PHOTO, lambda request: files.Removal(pk=integer(request.POST.get("photo"))))
act_removal = with_draft(files.REMOVE_ACT, lambda request: files.Removal(pk=integer(request.POST.get("act"))))


@require_POST
@permitted()
@telling_conflicts
def acts(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and hang the chosen files on the answer. A file that is none loses none of the words."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    try:
        papers: list[Paper] | NotAnAct = list(_papers(request.FILES.getlist("acts")[: MOST + 1]))
    except NotAnAct as error:
        papers = error
    saved = save(request, incident)
    if isinstance(papers, NotAnAct):
        return conflict(request, pk, papers, saved=saved, stamp=stamp_of_latest(pk))
    return change(request, saved, files.HANG_ACTS, files.Papers(papers=papers)) or card_again(request, pk)


def _papers(uploads: Iterable[Any]) -> Iterable[Paper]:
    for upload in uploads:
        if (upload.size or 0) > MAX_BYTES:
            raise NotAnAct(TOO_BIG)
        yield paper_of(upload.read(), upload.name or "")


def proof(request: HttpRequest) -> deliveries.Link:
    """The link, and a picture of what stands there if the writer gives one. Raises NotAPicture."""
    picture = wash_upload(request.FILES.get("picture"))
    return deliveries.Link(link=clean(request.POST.get("link", ""), 600), picture=picture)


def hung(request: HttpRequest, saved: Answer) -> HttpResponse:
    """The new list of photos for the page, which keeps its text and its cursor; without scripts the whole card."""
    if not is_fragment(request):
        return card_again(request, saved.incident_id)
    shots = [Shot(*shot) for shot in saved.photos.values_list("pk", "stage")]
    answer_context = {"answer": saved, "photos": shots}
    facts = {
        "view": answer_context,
        "incident": saved.incident,
        "answer": saved,
        "stamp": stamp_of_latest(saved.incident_id),
    }
    return render(request, "desk/card/_uploaded.html", facts)


@require_GET
@permitted()
def photo(request: HttpRequest, pk: int, photo_pk: int) -> FileResponse:
    """The picture itself, for whoever sees the card."""
    shot = AnswerPhoto.objects.select_related("answer").filter(pk=photo_pk, answer=pk).first()
    if shot is None:
        raise Http404
    card_for(request, shot.answer.incident_id)
    return jpeg(shot.file)


@require_GET
@permitted()
def picture(request: HttpRequest, pk: int, media_pk: int) -> FileResponse:
    """Our copy of a citizen's picture, washed at intake: on the card itself, or beside it in its discussion."""
    card_for(request, pk)
    beside = Message.objects.filter(readable(user_of(request)), thread__messages__links__incident=pk)
    here = Q(message__links__incident=pk) | Q(message__in=beside)
    copy = Media.objects.filter(here, pk=media_pk).exclude(file="").first()
    if copy is None:
        raise Http404
    return jpeg(copy.file)


@require_GET
@permitted()
def act(request: HttpRequest, pk: int, act_pk: int) -> FileResponse:
    """The file itself, for whoever sees the card."""
    paper = ActFile.objects.select_related("answer").filter(pk=act_pk, answer=pk).first()
    if paper is None:
        raise Http404
    card_for(request, paper.answer.incident_id)
    return foreign_file(paper.file, paper.name, CONTENT_TYPES[ActFile.Kind(paper.kind)])
