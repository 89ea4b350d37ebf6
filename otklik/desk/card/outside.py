"""«Спросить внешнего исполнителя» on the card: ask by a link, revoke it, make a new one, read and use the reply.

It is for whoever may prepare the answer. The link is shown this once and goes by mail where there is an address.
"""

from dataclasses import dataclass

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from otklik.alerts.post import Unclear, Unreachable, mail
from otklik.answers.drafts import OPEN, open_draft, words_of, write
from otklik.answers.models import Answer
from otklik.desk.card.answering import written
from otklik.desk.card.facts import look_at
from otklik.desk.card.photos import attach, hung, jpeg, no_room, not_on, room_on
from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts, typed
from otklik.desk.card.told import stamp_of_latest
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.incidents.workflow import hold
from otklik.lib import clock
from otklik.networks.errors import RetryAt
from otklik.routing import outside as verbs
from otklik.routing.models import Inquiry, InquiryPhoto
from otklik.routing.outside import ASKED_IN, Ask, Asked
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
        return _ask(request, incident)
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
    found = Inquiry.objects.filter(incident=incident).select_related(
        "deadline", "asked_by", "revoked_by", "incident", "agency"
    )
    now = clock.now()
    rows = found.prefetch_related("photos").order_by("-pk")[:MOST_ROWS]
    return [(one, verbs.standing(one, now).value) for one in rows]


def _ask(request: HttpRequest, incident: Incident) -> HttpResponse:
    must_be_allowed(request, incident, "submit")
    told = Ask(
        name=typed(request, "name", 120),
        words=typed(request, "words"),
        days=_days(request),
        email=typed(request, "email", 254) if settings.MAIL_GOES else "",
        text=bool(request.POST.get("with_text")),
        pictures=tuple(integer(one) for one in request.POST.getlist("pictures")[: verbs.MOST_SHOWN]),
    )
    trouble = _against(told)
    if trouble:
        return refusal(request, incident.pk, 422, trouble)
    asked = verbs.ask(incident, told, user_of(request), clock.now())
    return _with_link(request, asked)


def _against(told: Ask) -> str:
    if not told.name:
        return _("Напишите, кого спрашиваете: имя или организацию.")
    if not told.words:
        return _("Напишите вопрос: что нужно узнать или сделать.")
    if not verbs.SHORTEST <= told.days <= verbs.LONGEST:
        return _("Ссылка может действовать от 1 до 14 дней.")
    try:
        if told.email:
            validate_email(told.email)
    except ValidationError:
        return _("Адрес почты не похож на настоящий: исправьте его или оставьте пустым.")
    return ""


def _days(request: HttpRequest) -> int:
    return integer(request.POST.get("days"), verbs.USUAL)


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
    told = {
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
        mail(inquiry.email, _("Вопрос к вам"), words % told)
    except (Unreachable, Unclear, RetryAt):
        return False
    return True


@require_POST
@permitted()
@telling_conflicts
def revocation(request: HttpRequest, pk: int) -> HttpResponse:
    """The link of `inquiry` works no longer."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    verbs.revoke(_of_card(request, incident), user_of(request), clock.now())
    return card_again(request, pk)


@require_POST
@permitted()
@telling_conflicts
def renewal(request: HttpRequest, pk: int) -> HttpResponse:
    """The question of `inquiry` once more by a new link, for `days`; the old one works no longer."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    days = _days(request)
    if not verbs.SHORTEST <= days <= verbs.LONGEST:
        return refusal(request, pk, 422, _("Ссылка может действовать от 1 до 14 дней."))
    asked = verbs.renew(_of_card(request, incident, linked=True), days, user_of(request), clock.now())
    return _with_link(request, asked)


def _of_card(request: HttpRequest, incident: Incident, linked: bool = False) -> Inquiry:
    """Raises Http404 for a question of another card; with `linked` also for one that has no link."""
    rows = Inquiry.objects.select_related("incident", "deadline", "message")
    if linked:
        rows = rows.filter(agency=None)
    found = rows.filter(pk=integer(request.POST.get("inquiry")), incident=incident).first()
    if found is None:
        raise Http404
    return found


@require_POST
@permitted()
@telling_conflicts
def photos(request: HttpRequest, pk: int) -> HttpResponse:
    """Copies of the photos that came with `inquiry` go to the draft of the answer, where a person looks at them.

    Pressed beside an editor it saves what stands there in the same breath, as every other change of its photos does.
    """
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    inquiry = _of_card(request, incident)
    with hold(incident.pk):
        draft = written(request, incident) if "text" in request.POST else _saved_anew(request, incident)
        if isinstance(draft, HttpResponse):
            return draft
        fresh, room = not_on(draft, [_content(one) for one in inquiry.photos.all()]), room_on(draft)
        if len(fresh) <= room:
            attach(draft, fresh)
    if len(fresh) > room:
        return refusal(request, pk, 422, no_room(room), saved=draft, stamp=stamp_of_latest(pk))
    return hung(request, draft)


def _saved_anew(request: HttpRequest, incident: Incident) -> Answer | HttpResponse:
    """The draft under a new version, which tells open pages to draw it anew; a refusal where there is none."""
    draft = open_draft(incident)
    if draft is None or draft.state not in OPEN:
        words = _("Сначала начните ответ и сохраните его: снимки добавятся к нему.")
        return refusal(request, incident.pk, 409, words)
    return write(incident, draft.reply_to, words_of(draft), user_of(request), clock.now(), draft.version)


def _content(photo: InquiryPhoto) -> bytes:
    with photo.file.open("rb") as file:
        return bytes(file.read())


@require_GET
@permitted()
def photo(request: HttpRequest, pk: int, shot_pk: int) -> FileResponse:
    """A photo that came with a reply, for whoever sees the card."""
    card_for(request, pk)
    found = InquiryPhoto.objects.filter(pk=shot_pk, inquiry__incident=pk).first()
    if found is None:
        raise Http404
    return jpeg(found.file)
