"""The page behind a survey's link: is the problem solved, and how good is the answer? No sign-in, nobody's name.

The author's own link came in his dialogue; the one in a public thread is anybody's, so what is said there counts
apart, once for each browser. Either address is its own key: nothing may carry it on, as in outside.py, and for the same
reason no CSRF token is asked: whoever knows the address may vote by it anyway.
"""

from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from django.conf import settings
from django.core.exceptions import BadRequest, SuspiciousOperation
from django.core.signing import BadSignature
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.multipartparser import MultiPartParserError
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from otklik.desk.admin.invitation import THROTTLE
from otklik.desk.citizen.outside import without_a_trace
from otklik.desk.gate import integer
from otklik.desk.patience import may_try
from otklik.feedback import survey as own
from otklik.feedback import voices
from otklik.feedback.models import Rating, Survey, Unconfirmed
from otklik.feedback.opinion import MOST_REASON, Opinion
from otklik.inbox.models import Message
from otklik.lib import clock
from otklik.lib.text import clean, tidy
from otklik.routing.hiding import hide

SOLVED = {
    "yes": gettext_lazy("Да, решена"),
    "partly": gettext_lazy("Частично"),
    "no": gettext_lazy("Нет, не решена"),
}
MARKS = {
    1: gettext_lazy("очень плохо"),
    2: gettext_lazy("плохо"),
    3: gettext_lazy("терпимо"),
    4: gettext_lazy("хорошо"),
    5: gettext_lazy("отлично"),
}
MOST_BODY = 64 * 1024
MOST_QUOTE = 160
COOKIE = "voice"


@dataclass(frozen=True, slots=True)
class Ballot:
    """What the link opens: the survey, what was said by this link already, and until when that may be changed.

    `confirmed`: the link is the author's own."""

    survey: Survey
    rating: Rating | Unconfirmed | None
    until: datetime
    confirmed: bool


@csrf_exempt
@sensitive_post_parameters()
@without_a_trace
@require_http_methods(["GET", "HEAD", "POST"])
def survey(request: HttpRequest, key: str) -> HttpResponse:
    """Unknown and outdated links look the same: a kind 404. GET and HEAD change nothing: networks' robots follow every
    link."""
    language = request.GET.get("lang", "")
    with translation.override(language if language in dict(settings.LANGUAGES) else translation.get_language()):
        ballot = _find(request, key)
        if (ballot is None or request.method == "POST") and not may_try(request, THROTTLE):
            return render(request, "desk/outside/later.html", status=HTTPStatus.TOO_MANY_REQUESTS)
        if ballot is None:
            return render(request, "desk/survey/gone.html", status=HTTPStatus.NOT_FOUND)
        return _take(request, ballot) if request.method == "POST" else _show(request, ballot)


def _find(request: HttpRequest, key: str) -> Ballot | None:
    now = clock.now()
    mine = own.find(key, now)
    if mine is not None:
        standing = own.standing(mine)
        return Ballot(mine, standing.rating, standing.until, confirmed=True)
    everybodys = voices.find_open(key, now)
    if everybodys is None:
        return None
    earlier_vote = voices.voice_of(everybodys, _remembered(request, everybodys))
    until = voices.until(earlier_vote) if earlier_vote else everybodys.opened_at + own.LINK_LIVES
    return Ballot(everybodys, earlier_vote, until, confirmed=False)


def _take(request: HttpRequest, ballot: Ballot) -> HttpResponse:
    """The first answer, or another one within its day. What was typed stays on the page when it cannot be kept."""
    reply, trouble = _read(request)
    if reply is None:
        return _show(request, ballot, trouble, HTTPStatus.UNPROCESSABLE_ENTITY)
    response = HttpResponseRedirect(request.get_full_path())
    try:
        if ballot.confirmed:
            own.answer(ballot.survey, reply, clock.now())
        else:
            earlier_vote = ballot.rating if isinstance(ballot.rating, Unconfirmed) else None
            _remember(
                response, request.path, ballot.survey, voices.vote(ballot.survey, reply, earlier_vote, clock.now())
            )
    except own.Over:
        return _show(request, ballot, _("Ответ уже не принять: прошло больше суток."), HTTPStatus.CONFLICT)
    return response


def _read(request: HttpRequest) -> tuple[Opinion | None, str]:
    """What was chosen and typed, or why it is no answer."""
    if integer(request.META.get("CONTENT_LENGTH")) > MOST_BODY:
        return None, _("Слишком много текста. Напишите короче.")
    try:
        mark, solved = request.POST.get("mark", ""), request.POST.get("solved", "")
        reason = clean(request.POST.get("reason", "")).strip()
    except (SuspiciousOperation, BadRequest, MultiPartParserError):
        return None, _("Ответ не удалось прочитать. Выберите и отправьте ещё раз.")
    if len(reason) > MOST_REASON:
        return None, _("Не больше %d знаков: сократите, пожалуйста.") % MOST_REASON
    if (mark and mark not in {str(one) for one in MARKS}) or (solved and solved not in SOLVED):
        return None, _("Выберите ответ из тех, что на странице.")
    if not mark and not solved:
        return None, _("Выберите, решена ли проблема, или поставьте оценку.")
    return Opinion(int(mark) if mark else None, solved, reason), ""


def _show(request: HttpRequest, ballot: Ballot, trouble: str = "", status: int = HTTPStatus.OK) -> HttpResponse:
    typed = status == HTTPStatus.UNPROCESSABLE_ENTITY
    context = {
        "survey": ballot.survey,
        "quote": _quote(ballot),
        "rating": ballot.rating,
        "until": ballot.until,
        "confirmed": ballot.confirmed,
        "open": clock.now() < ballot.until,
        "trouble": trouble,
        "marks": MARKS,
        "solved": SOLVED,
        "most": MOST_REASON,
        "chosen": _typed(request) if typed else _rating_fields(ballot.rating),
        "languages": settings.LANGUAGES,
    }
    return render(request, "desk/survey.html", context, status=status)


def _quote(ballot: Ballot) -> str:
    """The first words of what was answered, by which their author knows what it is about; "" where it is gone.

    By the open link anybody reads them: of a dialogue nothing is told, and of a public comment what it would be shown
    of outside the house (routing/hiding)."""
    message = ballot.survey.sent.delivery.message
    if message.deleted_at is not None or (message.place == Message.Place.DIRECT and not ballot.confirmed):
        return ""
    words = tidy(message.text if ballot.confirmed else hide(message.text, message.author.name))
    return words if len(words) <= MOST_QUOTE else f"{words[:MOST_QUOTE].rpartition(' ')[0] or words[:MOST_QUOTE]}…"


def _rating_fields(rating: Rating | Unconfirmed | None) -> dict[str, str]:
    return {"mark": str(rating.mark or ""), "solved": rating.solved, "reason": rating.reason} if rating else {}


def _typed(request: HttpRequest) -> dict[str, str]:
    """What stands on the page again, as far as it could be read."""
    if integer(request.META.get("CONTENT_LENGTH")) > MOST_BODY:
        return {}
    try:
        return {name: clean(request.POST.get(name, ""), 4 * MOST_REASON) for name in ("mark", "solved", "reason")}
    except (SuspiciousOperation, BadRequest, MultiPartParserError):
        return {}


def _remembered(request: HttpRequest, survey: Survey) -> int:
    """The id of this browser's vote; 0 for none. Nothing else is remembered of it, and nowhere but at this address."""
    try:
        return integer(request.get_signed_cookie(COOKIE, salt=_salt(survey)))
    except (KeyError, BadSignature):
        return 0


def _remember(response: HttpResponse, path: str, survey: Survey, voice: Unconfirmed) -> None:
    response.set_signed_cookie(
        COOKIE,
        str(voice.pk),
        salt=_salt(survey),
        max_age=own.LINK_LIVES,
        path=path,
        secure=settings.SESSION_COOKIE_SECURE,
        httponly=True,
        samesite="Lax",
    )


def _salt(survey: Survey) -> str:
    return f"voice:{survey.pk}"
