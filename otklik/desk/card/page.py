"""The page of one incident: what was written, what to do next, and everything that happened since."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from otklik.desk.card.answer_view import stamp_of_latest
from otklik.desk.card.facts import hint_of, look_at, mute, pieces_of
from otklik.desk.card.journal_words import lines_of
from otklik.desk.card.likely import offer_of
from otklik.desk.card.notes import talk_of
from otklik.desk.card.reply import is_fragment
from otklik.desk.card.thread import main_of, own_messages, parts_of, thread_around, whole_thread
from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.incidents.cards import moves_for
from otklik.lib import clock


@require_GET
@permitted()
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole page."""
    user, incident, now = user_of(request), card_for(request, pk), clock.now()
    facts = look_at(user, incident, now)
    return render(request, "desk/card/page.html", facts)


@require_GET
@permitted()
def live(request: HttpRequest, pk: int) -> HttpResponse:
    """«Newer than what I have?»: 204 when nothing changed, else the card's regions and what happened meanwhile."""
    incident = card_for(request, pk)
    seen = integer(request.GET.get("revision"))
    stamp = stamp_of_latest(pk) if incident.revision <= seen else ""
    if stamp and stamp == request.GET.get("answer", ""):
        return HttpResponse(status=204)
    facts = look_at(user_of(request), incident, clock.now(), stamp) | {"news": _news(request, pk, seen)}
    return render(request, "desk/card/_card.html", facts)


def _news(request: HttpRequest, pk: int, seen: int) -> str:
    """The last thing that others did since then. A draft that was saved again leaves no journal entry."""
    lines = lines_of(pk, newer_than=seen)
    others = [line for line in lines if line.who != user_of(request).initials]
    if others:
        return f"{others[-1].who}: {others[-1].what[:1].lower()}{others[-1].what[1:]}"
    return "" if lines else _("ответ сохранили в другом окне")


@require_GET
@permitted()
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """The discussion around the card's messages, as in the network. On the card's page, which shows its own messages
    whole above, these are named by one line each; "" where there is nothing else."""
    incident = card_for(request, pk)
    around = thread_around(user_of(request), incident)
    beside_words = is_fragment(request)
    if beside_words and all(thread_message.mine for thread_message in around):
        return HttpResponse("")
    facts = {
        "beside_words": beside_words,
        "incident": incident,
        "around": parts_of(around),
        "whole": whole_thread(around),
        "main_pieces": pieces_of(main_of(around), hint_of(incident) if incident.state == "new" else None),
    }
    page = "desk/card/_thread.html" if is_fragment(request) else "desk/card/thread.html"
    return render(request, page, facts)


@require_GET
@permitted()
def talk(request: HttpRequest, pk: int) -> HttpResponse:
    """Notes for colleagues and the journal."""
    facts = talk_of(user_of(request), card_for(request, pk))
    page = "desk/card/_talk.html" if is_fragment(request) else "desk/card/talk.html"
    return render(request, page, facts)


@require_GET
@permitted()
def decision(request: HttpRequest, pk: int) -> HttpResponse:
    """The decision panel with the suggestions, for cards that are past their first decision."""
    incident = card_for(request, pk)
    hint = hint_of(incident)
    facts = {
        "incident": incident,
        "hint": hint,
        "offer": offer_of(hint.verdict, incident.theme_id or hint.verdict.theme_id, clock.now()) if hint else None,
        "moves": moves_for(user_of(request), incident),
        "mute": mute(incident, hint, own_messages(incident)),
    }
    page = "desk/card/_decide.html" if is_fragment(request) else "desk/card/decide.html"
    return render(request, page, facts)
