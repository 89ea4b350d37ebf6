"""The act that an ending rests on, as a file of its answer: hung on the draft, taken away, read by whoever sees the
card. It never goes to a network."""

from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.acts import MAX_BYTES, MOST, TOO_BIG, NotAnAct, Paper, keep, paper_of, room_on, take_away
from otklik.answers.models import ActFile
from otklik.desk.card.answering import written
from otklik.desk.card.reply import card_again, refusal, telling_conflicts
from otklik.desk.card.told import stamp_of_latest
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents.workflow import hold
from otklik.lib import clock
from otklik.work.translated import translated

_TYPES = {ActFile.Kind.PDF: "application/pdf", ActFile.Kind.PICTURE: "image/jpeg"}


@require_POST
@permitted()
@telling_conflicts
def acts(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and hang the chosen files on the answer; a refused file loses none of the words. The save
    gives the answer a new version, so that nobody approves an act he has not seen."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    papers, problem = _papers(request.FILES.getlist("acts"))
    with hold(incident.pk):
        saved = written(request, incident)
        if isinstance(saved, HttpResponse):
            return saved
        room = room_on(saved)
        if len(papers) > room:
            problem = problem or _("Файлов акта не больше трёх: можно добавить ещё %d.") % room
        if not problem:
            keep(saved, papers, user_of(request), clock.now())
    if problem:
        return refusal(request, pk, 422, problem, saved=saved, stamp=stamp_of_latest(pk))
    return card_again(request, pk)


def _papers(uploads: list[Any]) -> tuple[list[Paper], str]:
    """What may be kept of the files, and why not all of it. No more than one above what an answer takes is read."""
    papers: list[Paper] = []
    for upload in uploads[: MOST + 1]:
        if (upload.size or 0) > MAX_BYTES:
            return papers, translated(TOO_BIG)
        try:
            papers.append(paper_of(upload.read(), upload.name or ""))
        except NotAnAct as error:
            return papers, translated(str(error))
    return papers, ""


@require_POST
@permitted()
@telling_conflicts
def removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed and take one file away; which one says `act`."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    with hold(incident.pk):
        saved = written(request, incident)
        if isinstance(saved, HttpResponse):
            return saved
        take_away(saved, integer(request.POST.get("act")))
    return card_again(request, pk)


@require_GET
@permitted()
def act(request: HttpRequest, pk: int, act_pk: int) -> FileResponse:
    """The file itself, for whoever sees the card."""
    found = ActFile.objects.select_related("answer").filter(pk=act_pk, answer=pk).first()
    if found is None:
        raise Http404
    card_for(request, found.answer.incident_id)
    return handed_out(found)


def handed_out(found: ActFile) -> FileResponse:
    """A PDF is somebody's own bytes: it is saved and never opened here. Raises Http404 when the file is gone."""
    try:
        content = found.file.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    kind = ActFile.Kind(found.kind)
    response = FileResponse(
        content, as_attachment=kind != ActFile.Kind.PICTURE, filename=found.name, content_type=_TYPES[kind]
    )
    response["Cache-Control"] = "private, max-age=3600"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    return response
