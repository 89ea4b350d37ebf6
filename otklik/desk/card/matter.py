"""One message on two cards, many messages on one, as the card's page shows it."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.desk.card.onward import onward, place_in_queue
from otklik.desk.card.press import do
from otklik.desk.card.repeats import candidates
from otklik.desk.card.reply import card_again, is_fragment, telling_conflicts
from otklik.desk.card.voices import VERB, matter_of, own_words
from otklik.desk.gate import card_for, integer, must_be_allowed, permitted, user_of
from otklik.incidents import gathering
from otklik.incidents.gathering import sharing
from otklik.work.answers import SUBMIT_AGAIN, WRITE_AGAIN
from otklik.work.matters import GATHER, JOIN, Company, Repeat


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
def repeat(request: HttpRequest, pk: int) -> HttpResponse:
    """«Это повтор карточки № …»."""
    incident = card_for(request, pk)
    place = place_in_queue(request, incident)
    text = request.POST.get("chosen") or request.POST.get("number", "")
    number = integer(text.strip().lstrip("№# "))
    done = do(request, GATHER, incident, lambda: Repeat(number=number))
    words = _("№ %(number)d и № %(other)d собраны на одной карточке") % {"number": incident.number, "other": number}
    return onward(request, place, incident, words, done.batch)


@require_POST
@permitted()
@telling_conflicts
def joining(request: HttpRequest, pk: int) -> HttpResponse:
    """«Отвечать вместе»: `leader` says which of the two gives the answer, `other` is the other card."""
    incident = card_for(request, pk)
    leads = integer(request.POST.get("leader")) == incident.pk
    place = None if leads else place_in_queue(request, incident)
    done = do(request, JOIN, incident, lambda: Company(other=integer(request.POST.get("other")), leads=leads))
    follower, leader = done.result
    words = _("№ %(number)d ответит вместе с № %(other)d") % {"number": follower.number, "other": leader.number}
    return onward(request, place, incident, words, done.batch)


@require_POST
@permitted()
@telling_conflicts
def same_again(request: HttpRequest, pk: int) -> HttpResponse:
    """The answer that was given goes to approval once more, for those who have come since."""
    draft = do(request, WRITE_AGAIN, card_for(request, pk)).result
    return card_again(request, pk, do(request, SUBMIT_AGAIN, draft).batch)
