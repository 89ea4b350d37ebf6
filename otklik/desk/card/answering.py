"""Verbs of an answer: save, send for approval, take back, approve, send back with a remark, undo the approval."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.answers import drafts, grounds, sending, steps
from otklik.answers.checking import MOST_REASON
from otklik.answers.exposing import doubtful, stamp
from otklik.answers.fitting import objections
from otklik.answers.models import Answer
from otklik.answers.moments import Later
from otklik.answers.templates import left_open
from otklik.answers.voices import addressees
from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts, typed
from otklik.desk.card.told import stamp_of_latest
from otklik.desk.gate import card_for, day_in, integer, must_be_allowed, permitted, user_of
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome
from otklik.lib import clock
from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.lib.text import clean
from otklik.people.models import User
from otklik.publishing import fate
from otklik.work.translated import translated
from otklik.work.undo import ALONE, Batch, undoable

MOST_TEXT = 20_000
MOST_NAMED = 5
MOST_GROUND = 500


@require_POST
@permitted()
@telling_conflicts
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed; by hand or by itself. A late save overwrites nothing: 409 with both texts."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    saved = written(request, incident)
    if isinstance(saved, HttpResponse):
        return saved
    if not is_fragment(request):
        return card_again(request, pk, stands=incident)
    context = {"answer": saved, "stamp": stamp_of_latest(pk), "objections": told_against(saved)}
    return render(request, "desk/card/_saved.html", context)


def told_against(answer: Answer) -> list[str]:
    """What the network would not take in this text, in the reader's language."""
    return [translated(one) for one in objections(answer)]


def written(request: HttpRequest, incident: Incident) -> Answer | HttpResponse:
    """The draft as it is now saved, or the refusal that goes to whoever typed. Raises NotAllowed."""
    user = user_of(request)
    if integer(request.POST.get("writer"), user.pk) != user.pk:
        # A page that stood open while somebody else signed in: nobody's words go out under another name.
        told = _("В этом браузере вошёл другой человек. Текст остался на странице: войдите снова под своим именем.")
        return refusal(request, incident.pk, 403, told)
    text = clean(request.POST.get("text", ""))
    if len(text) > MOST_TEXT:
        return refusal(request, incident.pk, 422, _("Текст длиннее 20 000 знаков: столько не сохраняем."))
    under = reply_to(request.POST.get("reply_to"), incident)
    if under is None:
        raise Http404
    words = _words(request, text, under)
    version = integer(request.POST.get("version"))
    try:
        return drafts.write(incident, under, words, user, clock.now(), version)
    except drafts.Stale as error:
        told = _("Пока вы писали, этот ответ изменили (%(who)s). Ничего не потеряно: выберите, что оставить.") % {
            "who": _whose(error.theirs, user)
        }
        return refusal(request, incident.pk, 409, told, theirs=error.theirs, mine=words)


def _whose(theirs: Answer, reader: User) -> str:
    writer = theirs.changed_by or theirs.author
    return _("вы сами в другом окне") if writer == reader else writer.initials


def reply_to(given: str | None, incident: Incident) -> Message | None:
    """The message chosen among the card's own, or its main one; None for a card without a message."""
    if chosen := integer(given):
        theirs = Message.objects.filter(links__incident=incident, own=False).select_related("author")
        if (message := theirs.filter(pk=chosen).first()) is not None:
            return message
    try:
        return main_message(incident)
    except Message.DoesNotExist:
        return None


def _words(request: HttpRequest, text: str, under: Message) -> drafts.Words:
    kind = request.POST.get("kind", "")
    outcome = request.POST.get("outcome", "")
    kind = kind if kind in drafts.WRITTEN else Answer.Kind.FINAL
    outcome = outcome if outcome in Outcome.values and kind in (Answer.Kind.FINAL, Answer.Kind.FIRST) else ""
    ground, ground_words, ground_on = given_ground(request.POST, outcome)
    return drafts.Words(
        text=text,
        kind=kind,
        outcome=outcome,
        ground=ground,
        ground_words=ground_words,
        ground_on=ground_on,
        promised_on=day_in(request.POST.get("promised_on", "")) if kind == Answer.Kind.INTERIM else None,
        # What came in a dialogue can only be answered there.
        direct=under.place == Message.Place.DIRECT,
    )


def given_ground(given: QueryDict, outcome: str) -> tuple[str, str, date | None]:
    """What the ending rests on, as far as the fields of its outcome say; of the others nothing is kept."""
    if outcome == Outcome.SOLVED:
        proof = given.get("proof", "")
        return proof if proof in grounds.PROOFS else "", _line(given.get("proof_words", "")), None
    if outcome == Outcome.EXPLAINED:
        why = given.get("why", "")
        return why if why in grounds.REASONS else "", _line(given.get("why_words", "")), day_in(given.get("why_on", ""))
    return "", "", None


def _line(given: str) -> str:
    return " ".join(clean(given, MOST_GROUND).split())


@require_POST
@permitted()
@telling_conflicts
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Save and send for approval, or out at once, where a policy trusts the writer and his page said so (`alone`).

    What cannot be published stays saved, and the writer learns why (422).
    """
    incident = card_for(request, pk)
    must_be_allowed(request, incident, "submit")
    saved = written(request, incident)
    if isinstance(saved, HttpResponse):
        return saved
    words, exposing = unsaid(saved, request.POST.get("exposing", ""))
    if words:
        return refusal(request, pk, 422, words, saved=saved, stamp=stamp_of_latest(pk), exposing=exposing)
    try:
        batch = _sent_on(request, saved)
    except drafts.Unfit as error:
        return refusal(request, pk, 422, translated(str(error)), saved=saved, stamp=stamp_of_latest(pk))
    return card_again(request, pk, batch.key, stands=saved.incident)


def unsaid(saved: Answer, exposing: str) -> tuple[str, str]:
    """Why its writer has to look at the text once more before it is sent on, "" for no reason; and the stamp by which
    he says that what everybody will see of it are an agency's data. `exposing` is the stamp that he has given."""
    still_open = left_open(saved.text)
    if still_open:
        return _("Заполните: %s") % ", ".join(still_open[:MOST_NAMED]), ""
    exposed = doubtful(saved.text) if seen_by_all(saved) else []
    if exposed and exposing != stamp(exposed):
        told = _("Это увидят все: %s. Если это данные ведомства, отметьте это. Данные людей уберите.") % listed(exposed)
        return told, stamp(exposed)
    return "", ""


def _sent_on(request: HttpRequest, saved: Answer) -> Batch:
    """Never out at once where the page has promised an approver, whatever holds by now. Raises Unfit and so on."""
    user, now = user_of(request), clock.now()
    # Several comments to choose from are on the page: which of them was seen it does not say.
    seen = None if "reply_to" in request.POST else seen_of(request)
    way = sending.way_of(saved, user, now, seen) if request.POST.get("alone") == "yes" else sending.Way(alone=False)
    with undoable([saved.incident], ALONE if way.alone else "submit", user) as batch:
        if way.alone:
            sending.send_alone(saved, user, now, seen)
        else:
            drafts.submit(saved, user, now, way.held)
    return batch


def seen_by_all(answer: Answer) -> bool:
    """Whether this answer, or a copy of it for another author, will be public. Asks for the others only if need be."""
    return not answer.direct or any(one.place != Message.Place.DIRECT for one in addressees(answer))


def listed(pieces: list[str]) -> str:
    return ", ".join(pieces[:MOST_NAMED])


@require_POST
@permitted()
@telling_conflicts
def withdrawal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back from approval what was sent there."""
    answer = answer_for(request, pk, "withdraw")
    with undoable([answer.incident], "withdraw", user_of(request)) as batch:
        drafts.withdraw(answer, user_of(request), clock.now())
    return card_again(request, answer.incident_id, batch.key)


@require_POST
@permitted()
@telling_conflicts
def approval(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to the answer as the approver has read it: it goes out, or waits for the second of two.

    Nobody approves his own answer; administrators do where no policy asks for approval.
    """
    answer = answer_for(request, pk, "approve")
    user = user_of(request)
    if is_own(answer, user):
        return refusal(request, answer.incident_id, 403, _("Свой ответ согласовать нельзя: попросите другого."))
    version, despite = integer(request.POST.get("version")), typed(request, "despite", MOST_REASON)
    last = steps.is_last(answer)
    later = _later(request) if last else None
    with undoable([answer.incident], "approve" if last else "agree", user) as batch:
        if last:
            drafts.approve(answer, user, clock.now(), version, seen_of(request), despite, later)
        else:
            sending.agree(answer, user, clock.now(), version, seen_of(request), despite)
    return card_again(request, answer.incident_id, batch.key, stands=answer.incident)


def _later(request: HttpRequest) -> Later | None:
    """The moment that was chosen, by the region's clock: «2026-11-30T09:00». Raises Unfit for what is none."""
    given = request.POST.get("publish_at", "").strip()
    if not given:
        return None
    try:
        moment = datetime.fromisoformat(given[:16]).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise drafts.Unfit(_("Это не время. Выберите день и час.")) from None
    if not 2000 <= moment.year <= 2099:
        raise drafts.Unfit(_("Это не время. Выберите день и час."))
    return Later(moment, knowingly=request.POST.get("late") == "yes")


def seen_of(request: HttpRequest) -> int | None:
    """Which revision of the comment stood on the page; None where the page did not say."""
    return integer(request.POST["seen"]) if "seen" in request.POST else None


def is_own(answer: Answer, user: User) -> bool:
    """Nobody agrees to what he wrote himself, administrators excepted where no policy asks for approval."""
    return steps.own(answer, user)


@require_POST
@permitted()
@telling_conflicts
def recall(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo the approval while the answer has not left."""
    answer = answer_for(request, pk, "recall")
    if answer.state != Answer.State.APPROVED:
        raise drafts.Stale(answer)
    fate.recall(answer, user_of(request), clock.now())
    return card_again(request, answer.incident_id)


@require_POST
@permitted()
@telling_conflicts
def taking_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back what its writer let out himself, while it has not left."""
    answer = answer_for(request, pk, "take_back")
    if answer.state != Answer.State.APPROVED:
        raise drafts.Stale(answer)
    fate.take_back(answer, user_of(request), clock.now())
    return card_again(request, answer.incident_id)


def answer_for(request: HttpRequest, pk: int, verb: str) -> Answer:
    """The answer, if the user sees its card and may do this verb with it. Raises Http404, PermissionDenied."""
    for answer in _answer(connection.vendor).ask({STAND_IN: pk}):
        answer.incident = card_for(request, answer.incident_id)
        must_be_allowed(request, answer.incident, verb)
        return answer
    raise Http404


@cache
def _answer(vendor: str) -> KeptRows[Answer]:
    return keep_rows(Answer.objects.select_related("reply_to").filter(pk=STAND_IN))
