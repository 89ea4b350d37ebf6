"""One message on two cards, many messages on one: split, gather, answer together or apart; a copy nobody can send."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.answers import drafts
from otklik.answers.copies import match_photos
from otklik.answers.models import Answer
from otklik.answers.voices import ENDING
from otklik.answers.voices import voices as voices_on
from otklik.desk.card.delivery import delivery_for
from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.repeats import candidates
from otklik.desk.card.reply import card_again, is_fragment, refusal, telling_conflicts
from otklik.desk.card.voices import VERB, matter_of, own_words
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.feedback.gathering import gather
from otklik.inbox.models import Message
from otklik.incidents import gathering
from otklik.incidents.cards import may_move, visible_to
from otklik.incidents.gathering import sharing, together
from otklik.incidents.models import CloseReason, Incident, State
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.publishing.copies import drop_copy
from otklik.work.models import Undoable
from otklik.work.picture import take
from otklik.work.undo import Batch, undoable


@require_GET
@permitted()
def voices(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose words stand on the card, who has had an answer, and which cards stand beside it."""
    facts = matter_of(user_of(request), card_for(request, pk))
    page = "desk/card/_voices.html" if is_fragment(request) else "desk/card/voices.html"
    return render(request, page, facts)


@require_GET
@permitted()
def rearrangement(request: HttpRequest, pk: int) -> HttpResponse:
    """The forms for splitting the card and for saying that it repeats another."""
    incident = card_for(request, pk)
    must_be_allowed(request, incident, VERB)
    facts = {
        "incident": incident,
        "own": own_words(incident) if incident.state not in gathering.OVER else [],
        "cards": sharing(incident).count(),
        "gatherable": incident.state in gathering.WORKING,
        "candidates": candidates(user_of(request), incident),
    }
    page = "desk/card/_rearrange.html" if is_fragment(request) else "desk/card/rearrange.html"
    return render(request, page, facts)


@require_POST
@permitted()
@telling_conflicts
def splitting(request: HttpRequest, pk: int) -> HttpResponse:
    """A second card for a second matter in the same message. `cards` is how many stood beside this one when the
    page was drawn: a second press does not make a third."""
    incident, user, at = card_for(request, pk), user_of(request), clock.now()
    must_be_allowed(request, incident, VERB)
    message = Message.objects.filter(pk=integer(request.POST.get("message")), links__incident=incident).first()
    if message is None:
        return refusal(request, pk, 422, _("Выберите сообщение, в котором есть второй вопрос."))
    with undoable([incident], "split", user) as batch:
        second = gathering.split(incident, message, user, at, integer(request.POST.get("cards"), -1))
        _keep_second(batch, second, incident, request)
    return card_again(request, pk, batch.key)


def _keep_second(batch: Batch, second: Incident, first: Incident, request: HttpRequest) -> None:
    """What «вернуть» makes of a card that has just been split off: numbers have no holes, so it stays and ends as
    gathered into the first."""
    at = clock.now()
    picture = take([second.pk])[second.pk]
    picture["incident"][str(second.pk)] |= {
        "state": State.DONE.value,
        "close_reason": CloseReason.GATHERED.value,
        "closed_at": at.isoformat(),
        "answered_with_id": first.pk,
        "due_at": None,
    }
    entry = Entry.objects.filter(incident=second.pk).order_by("-pk").values_list("pk", flat=True).first() or 0
    kept = {"picture": picture, "state": second.state}
    Undoable.objects.create(
        batch=batch.key, incident=second, by=user_of(request), verb="split", at=at, entry=entry, before=kept
    )


@require_POST
@permitted()
@telling_conflicts
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """«Это повтор карточки № …»: the older of the two goes on with the messages of both."""
    incident, user = card_for(request, pk), user_of(request)
    must_be_allowed(request, incident, VERB)
    other = _named(request)
    if other is None:
        return refusal(request, pk, 422, _("Карточки с таким номером нет среди тех, что вы видите."))
    _must_move(request, other)
    cards = {card.pk: card for card in (*together(incident), *together(other))}
    place = place_in_queue(request, incident)
    with undoable(cards.values(), "gather", user) as batch:
        gather(other, incident, user, clock.now())
    words = _("№ %(number)d и № %(other)d собраны на одной карточке")
    told = words % {"number": incident.number, "other": other.number}
    return onward(request, place, incident, told, batch.key)


@require_POST
@permitted()
@telling_conflicts
def joining(request: HttpRequest, pk: int) -> HttpResponse:
    """«Отвечать вместе»: `leader` says which of the two gives the answer, `other` is the other card."""
    incident, user = card_for(request, pk), user_of(request)
    must_be_allowed(request, incident, VERB)
    other = visible_to(user).filter(pk=integer(request.POST.get("other"))).first()
    if other is None:
        raise Http404
    _must_move(request, other)
    leads_here = integer(request.POST.get("leader")) == incident.pk
    follower, leader = (other, incident) if leads_here else (incident, other)
    place = None if leads_here else place_in_queue(request, incident)
    with undoable([incident, other], "join", user) as batch:
        gathering.join(follower, leader, user, clock.now())
    words = _("№ %(number)d ответит вместе с № %(other)d") % {"number": follower.number, "other": leader.number}
    return onward(request, place, incident, words, batch.key)


@require_POST
@permitted()
@telling_conflicts
def parting(request: HttpRequest, pk: int) -> HttpResponse:
    """«Отвечать отдельно»: this card waits for no other any more."""
    incident, user = card_for(request, pk), user_of(request)
    must_be_allowed(request, incident, VERB)
    leader = Incident.objects.filter(pk=incident.answered_with_id or 0)
    with undoable([incident, *leader], "part", user) as batch:
        gathering.part(incident, user, clock.now())
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
@telling_conflicts
def same_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer that was given goes to approval once more, for those who have come since."""
    incident, user, at = card_for(request, pk), user_of(request), clock.now()
    must_be_allowed(request, incident, "submit")
    given = Answer.objects.filter(incident=incident, state=Answer.State.APPROVED, kind__in=ENDING)
    last = given.filter(copy_of__isnull=True).order_by("-pk").first()
    waiting = next((voice.latest for voice in voices_on(incident) if voice.owed), None)
    if last is None or waiting is None:
        return refusal(request, pk, 409, _("Ответа никто не ждёт: обновите страницу."))
    if drafts.open_draft(incident) is not None:
        return refusal(request, pk, 409, _("Уже есть черновик ответа: отправьте на согласование его."))
    direct = waiting.place == Message.Place.DIRECT
    ground = (last.ground, last.ground_words, last.ground_on)
    words = drafts.Words(last.text, last.kind, last.outcome, None, direct, *ground)
    draft = drafts.write(incident, waiting, words, user, at)
    match_photos(draft, last)
    with undoable([incident], "submit", user) as batch:
        drafts.submit(draft, user, at)
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
@telling_conflicts
def letting_go(request: HttpRequest, pk: int) -> HttpResponse:
    """«Этому жителю не отвечаем»: a copy that waits for a person goes no further."""
    delivery = delivery_for(request, pk)
    drop_copy(delivery, user_of(request), clock.now())
    return card_again(request, delivery.answer.incident_id)


def _named(request: HttpRequest) -> Incident | None:
    """The card of that number, if the reader sees it: what he does not see does not exist."""
    typed = request.POST.get("chosen") or request.POST.get("number", "")
    number = integer(typed.strip().lstrip("№# "))
    found = visible_to(user_of(request)).select_related("agency", "place")
    return found.filter(number=number).first() if 0 < number < 2**31 else None


def _must_move(request: HttpRequest, other: Incident) -> None:
    if not may_move(user_of(request), other, VERB):
        raise PermissionDenied
