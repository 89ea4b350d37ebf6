"""«Спросить внешнего исполнителя» on the card: ask by a link, revoke it, make a new one, read and use the reply.

It is for whoever may prepare the answer. The link is shown this once and goes by mail where there is an address.
"""

from dataclasses import dataclass

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.answers.drafts import OPEN, open_draft
from otklik.answers.models import Answer
from otklik.desk.card.answering import save
from otklik.desk.card.facts import look_at
from otklik.desk.card.files import change, hung
from otklik.desk.card.press import do
from otklik.desk.card.reply import is_fragment, telling_conflicts
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.lib import clock
from otklik.lib.file_response import jpeg
from otklik.lib.mail import mail
from otklik.lib.outbox import Failure
from otklik.routing import outside as verbs
from otklik.routing.models import Inquiry, InquiryPhoto
from otklik.routing.outside import ASKED_IN, Asked
from otklik.work.answers import SAVE_AGAIN
from otklik.work.asking import ASK_OUTSIDE, RENEW
from otklik.work.files import HANG_PHOTOS, Pictures
from otklik.work.verb import Refused
from otklik.work.words import RETURN_REASONS

MOST_ROWS = 30


@dataclass(frozen=True, slots=True)
class Link:
    """A link to hand over. `mailed` is None where there was nobody to write to, else whether the letter went."""

    inquiry: Inquiry
    address: str
    mailed: bool | None


@require_http_methods(["GET", "HEAD", "POST"])
@permitted()
@telling_conflicts
def outside(request: HttpRequest, pk: int) -> HttpResponse:
    """What was asked and answered, for whoever sees the card, and the form; POST asks."""
    incident = card_for(request, pk)
    if request.method == "POST":
        return _with_link(request, do(request, ASK_OUTSIDE, incident).result)
    may = incident.state in ASKED_IN and may_move(user_of(request), incident, "submit")
    page = "desk/card/_outside.html" if is_fragment(request) else "desk/card/outside.html"
    about = verbs.main_of(incident) if may else None
    facts = {
        "incident": incident,
        "inquiries": _inquiries(incident),
        "may": may,
        # The card's own form sends this press, so that what was typed there is saved in the same breath.
        "beside_editor": is_fragment(request),
        "hidden": verbs.hidden_words(about),
        "shareable": verbs.shareable(incident) if may else [],
        "by_mail": settings.MAIL_GOES,
        "days": range(verbs.SHORTEST, verbs.LONGEST + 1),
        "usual": verbs.USUAL,
        "reasons": RETURN_REASONS,
    }
    return render(request, page, facts)


def _inquiries(incident: Incident) -> list[tuple[Inquiry, str]]:
    """Newest first, each with what has become of it."""
    inquiries = Inquiry.objects.filter(incident=incident).select_related(
        "deadline", "asked_by", "revoked_by", "incident", "agency"
    )
    now = clock.now()
    rows = inquiries.prefetch_related("photos").order_by("-pk")[:MOST_ROWS]
    return [(one, verbs.standing(one, now).value) for one in rows]


def _with_link(request: HttpRequest, asked: Asked) -> HttpResponse:
    """The card, or a page, with the link: it is kept nowhere, and whoever loses it makes a new one."""
    address = settings.ADDRESS + reverse("outside", args=[asked.key])
    link = Link(asked.inquiry, address, _mail(asked.inquiry, address))
    pk = asked.inquiry.incident_id
    incident = card_for(request, pk)
    if is_fragment(request):
        facts = look_at(user_of(request), incident, clock.now()) | {"outside_link": link}
        response = render(request, "desk/card/_card.html", facts)
    else:
        response = render(request, "desk/card/outside_link.html", {"incident": incident, "outside_link": link})
    response["Cache-Control"] = "no-store"
    return response


def _mail(inquiry: Inquiry, address: str) -> bool | None:
    """None without an address. The letter holds nothing of the citizen's: whoever opens the link reads it there."""
    if not inquiry.email:
        return None
    params = {
        "who": inquiry.asked_by.initials,
        "region": settings.REGION,
        "until": date_format(localtime(inquiry.until), "j E H:i"),
        "address": address,
    }
    words = _(
        "Здравствуйте!\n\n%(who)s (%(region)s) просит вас ответить на вопрос. Откройте ссылку, регистрация не нужна. "
        "Ответить можно один раз, до %(until)s:\n%(address)s\n\n"
        "Если вы не понимаете, о чём это письмо, просто удалите его."
    )
    try:
        mail(inquiry.email, _("Вопрос к вам"), words % params)
    except Failure:
        return False
    return True


@require_POST
@permitted()
@telling_conflicts
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """The question of `inquiry` once more by a new link, for `days`."""
    inquiry = question_on(request, pk)
    if inquiry.agency_id is not None:  # it has no link
        raise Http404
    return _with_link(request, do(request, RENEW, inquiry).result)


def question_on(request: HttpRequest, pk: int) -> Inquiry:
    """The card's question that `inquiry` names. Raises Http404."""
    incident = card_for(request, pk)
    rows = Inquiry.objects.select_related("deadline", "message")
    inquiry = rows.filter(pk=integer(request.POST.get("inquiry")), incident=incident).first()
    if inquiry is None:
        raise Http404
    inquiry.incident = incident
    return inquiry


@require_POST
@permitted()
@telling_conflicts
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Copies of the photos that came with `inquiry` go to the draft of the answer, where a person looks at them.

    Pressed beside an editor it saves what stands there in the same breath, as every other change of its photos does.
    """
    inquiry = question_on(request, pk)
    must_be_allowed(request, inquiry.incident, "submit")
    saved = save(request, inquiry.incident) if "text" in request.POST else _save_anew(request, inquiry.incident)
    pictures = Pictures(pictures=[_content(one) for one in inquiry.photos.all()])
    return change(request, saved, HANG_PHOTOS, pictures) or hung(request, saved)


def _save_anew(request: HttpRequest, incident: Incident) -> Answer:
    """The draft under a new version. Raises Refused where there is none."""
    draft = open_draft(incident)
    if draft is None or draft.state not in OPEN:
        raise Refused(409, _("Сначала начните ответ и сохраните его: снимки добавятся к нему."))
    draft.incident = incident
    saved: Answer = do(request, SAVE_AGAIN, draft).result
    return saved


def _content(photo: InquiryPhoto) -> bytes:
    with photo.file.open("rb") as file:
        return bytes(file.read())


@require_GET
@permitted()
def photo(request: HttpRequest, pk: int, shot_pk: int) -> FileResponse:
    """A photo that came with a reply, for whoever sees the card."""
    card_for(request, pk)
    shot = InquiryPhoto.objects.filter(pk=shot_pk, inquiry__incident=pk).first()
    if shot is None:
        raise Http404
    return jpeg(shot.file)
