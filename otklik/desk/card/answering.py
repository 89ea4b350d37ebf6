"""What a person types and reads on the page of an answer, as the verbs of work/answers.py take it."""

from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from otklik.answers import drafts, grounds, sending
from otklik.answers.checking import MOST_REASON
from otklik.answers.fitting import objections
from otklik.answers.models import Answer
from otklik.answers.moments import Later
from otklik.desk.card.answer_view import stamp_of_latest
from otklik.desk.card.press import do
from otklik.desk.card.reply import MOST_WORDS, card_again, conflict, is_fragment, telling_conflicts, typed
from otklik.desk.gate import card_for, day_in, integer, permitted, user_of
from otklik.incidents.models import Incident, Outcome
from otklik.lib import clock
from otklik.lib.kept import STAND_IN, KeptRows, keep_rows
from otklik.lib.text import clean
from otklik.people.models import User
from otklik.work import answers
from otklik.work.answers import MOST_GROUND, MOST_TEXT
from otklik.work.translated import translated
from otklik.work.verb import Done, Refused

MOST_ABOUT = 20
MOST_QUOTE = 300


@require_POST
@permitted()
@telling_conflicts
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """Save what was typed; by hand or by itself. A late save overwrites nothing: 409 with both texts."""
    incident = card_for(request, pk)
    saved = save(request, incident)
    if not is_fragment(request):
        return card_again(request, pk, changed_card=incident)
    against = [translated(one) for one in objections(saved)]
    context = {"answer": saved, "stamp": stamp_of_latest(pk), "objections": against}
    return render(request, "desk/card/_saved.html", context)


def save(request: HttpRequest, incident: Incident) -> Answer:
    """The draft as it is now saved. Raises PermissionDenied, Refused and what `drafts.write` raises."""
    user, form = user_of(request), request.POST

    def data() -> answers.Draft:
        if integer(form.get("writer"), user.pk) != user.pk:
            # A page that stood open while somebody else signed in: nobody's words go out under another name.
            words = _(
                "В этом браузере вошёл другой человек. Текст остался на странице: войдите снова под своим именем."
            )
            raise Refused(403, words)
        return _draft(form)

    try:
        saved: Answer = do(request, answers.WRITE, incident, data).result
    except drafts.Stale as error:
        words = _("Пока вы писали, этот ответ изменили (%(who)s). Ничего не потеряно: выберите, что оставить.")
        words %= {"who": _whose(error.theirs, user)}
        raise Refused(409, words, theirs=error.theirs, mine=_draft(form)) from error
    return saved


def _draft(form: QueryDict) -> answers.Draft:
    """What belongs to another kind of answer, or to none, is left out: the page may show fields that were filled in
    before the kind was changed. Raises Refused."""
    kind, outcome = form.get("kind", ""), form.get("outcome", "")
    outcome = outcome if outcome in Outcome.values else ""
    ground, ground_words, ground_on = ground_of(form, outcome)
    return answers.Draft(
        version=max(integer(form.get("version")), 0),
        text=_text(form),
        kind=kind if kind in drafts.WRITTEN else Answer.Kind.FINAL.value,
        message=max(integer(form.get("reply_to")), 0) or None,
        outcome=outcome or None,
        promised_on=day_in(form.get("promised_on", "")),
        ground=ground or None,
        ground_words=ground_words,
        ground_on=ground_on,
    )


def _text(form: QueryDict) -> str:
    text = clean(form.get("text", ""))
    if len(text) > MOST_TEXT:
        raise Refused(422, _("Текст длиннее 20 000 знаков: столько не сохраняем."))
    return text


def ground_of(form: QueryDict, outcome: str) -> tuple[str, str, date | None]:
    """What the ending rests on, as far as the fields of its outcome say; of the others nothing is kept."""
    if outcome == Outcome.SOLVED:
        proof = form.get("proof", "")
        return proof if proof in grounds.PROOFS else "", _line(form.get("proof_words", "")), None
    if outcome == Outcome.EXPLAINED:
        why = form.get("why", "")
        return why if why in grounds.REASONS else "", _line(form.get("why_words", "")), day_in(form.get("why_on", ""))
    return "", "", None


def _line(text: str) -> str:
    return " ".join(clean(text, MOST_GROUND).split())


def _whose(theirs: Answer, reader: User) -> str:
    writer = theirs.changed_by or theirs.author
    return _("вы сами в другом окне") if writer == reader else writer.initials


@require_POST
@permitted()
@telling_conflicts
def submission(request: HttpRequest, pk: int) -> HttpResponse:
    """Save and send for approval, or out at once, where a policy trusts the writer and his page said so (`alone`).

    What cannot be published stays saved, and the writer learns why (422).
    """
    saved = save(request, card_for(request, pk))
    try:
        done = _send_on(request, saved)
    except (Refused, drafts.Unfit) as error:
        return conflict(request, pk, error, saved=saved, stamp=stamp_of_latest(pk))
    return card_again(request, pk, done.batch, changed_card=saved.incident)


def _send_on(request: HttpRequest, saved: Answer) -> Done:
    """Never out at once where the page has promised an approver, whatever holds by now. Raises Unfit and so on."""
    user, form = user_of(request), request.POST
    # Several comments to choose from are on the page: which of them was seen it does not say.
    seen = None if "reply_to" in form else _seen(form)
    way = sending.Way(alone=False)
    if form.get("alone") == "yes":
        way = sending.way_of(saved, user, clock.now(), seen)
    data = answers.Submission(exposing=form.get("exposing", ""), held=way.held, seen=seen)
    return do(request, answers.SEND_ALONE if way.alone else answers.SUBMIT, saved, lambda: data)


def consent(request: HttpRequest) -> answers.Approval:
    """To the answer and the comment as they stood on the page, with the moment that was chosen by the region's clock,
    as in «2026-11-30T09:00». Raises Unfit for what is no moment."""
    form = request.POST
    return answers.Approval(
        version=max(integer(form.get("version")), 0),
        message_version=_seen(form),
        despite=typed(request, "despite", MOST_REASON),
        later=_later(form),
    )


def _seen(form: QueryDict) -> int | None:
    """Which revision of the comment stood on the page; None where the page did not say."""
    return max(integer(form["seen"]), 0) if "seen" in form else None


def _later(form: QueryDict) -> Later | None:
    text = form.get("publish_at", "").strip()
    if not text:
        return None
    try:
        moment = datetime.fromisoformat(text[:16]).replace(tzinfo=ZoneInfo(settings.TIME_ZONE))
    except ValueError:
        raise drafts.Unfit(_("Это не время. Выберите день и час.")) from None
    if not 2000 <= moment.year <= 2099:
        raise drafts.Unfit(_("Это не время. Выберите день и час."))
    return Later(moment, knowingly=form.get("late") == "yes")


def correction(request: HttpRequest) -> answers.Correction:
    return answers.Correction(**consent(request).model_dump(exclude={"later"}), text=_text(request.POST))


def remark(request: HttpRequest) -> answers.Return:
    """`ready` and `remark` on the whole, and pairs of `quote` and `about` on some of its words."""
    whole = " ".join(filter(None, (typed(request, "ready"), typed(request, "remark"))))
    pairs = zip(request.POST.getlist("quote"), request.POST.getlist("about"), strict=False)
    about = [(clean(quote, MOST_QUOTE).strip(), clean(words, MOST_WORDS).strip()) for quote, words in pairs]
    return answers.Return(remark=whole, about=about[:MOST_ABOUT])


def answer_for(request: HttpRequest, pk: int) -> Answer:
    """The answer, if the user sees its card. Raises Http404."""
    for answer in _answer(connection.vendor).ask({STAND_IN: pk}):
        answer.incident = card_for(request, answer.incident_id)
        return answer
    raise Http404


@cache
def _answer(vendor: str) -> KeptRows[Answer]:
    return keep_rows(Answer.objects.select_related("reply_to").filter(pk=STAND_IN))
