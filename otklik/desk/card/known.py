"""What is known already: the author's earlier cards, and answers that were given to much the same."""

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from otklik.desk.card.facts import may_note
from otklik.desk.card.reply import is_fragment
from otklik.desk.gate import card_for, permitted, user_of
from otklik.finding.similar import similar as similar_to
from otklik.inbox.models import Message
from otklik.incidents.cards import visible_to
from otklik.incidents.workflow import hold, record
from otklik.lib import clock

MOST_CARDS = 20


@require_safe
@permitted()
def similar(request: HttpRequest, pk: int) -> HttpResponse:
    """Published answers to much the same. Their texts are public; a link leads to the cards one may see alone."""
    incident = card_for(request, pk)
    theme = incident.shown_theme
    answers = similar_to(incident, theme)
    ids = [one.incident_pk for one in answers]
    visible = set(visible_to(user_of(request)).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()
    facts = {"incident": incident, "answers": answers, "visible": visible, "theme": theme}
    page = "desk/card/_similar.html" if is_fragment(request) else "desk/card/similar.html"
    return render(request, page, facts)


@require_POST
@permitted()
def author_cards(request: HttpRequest, pk: int) -> HttpResponse:
    """The cards that the same author opened before this one, no more than that; the look goes into the journal.

    It is for those who work on cards, not for whoever only looks. A community is nobody's profile, and who was
    forgotten stays so: for both it is 404.
    """
    incident = card_for(request, pk)
    if not may_note(user_of(request), incident):
        raise PermissionDenied
    main = Message.objects.select_related("author").filter(links__incident=incident, links__main=True).first()
    if main is None or main.author.is_community or main.author.forgotten_at:
        raise Http404
    user = user_of(request)
    with hold(incident.pk):
        seen = {"author": main.author_id}
        record(incident, "author_seen", at=clock.now(), actor=f"user:{user.pk}", data=seen)
    earlier = visible_to(user).filter(links__message__author=main.author_id, links__main=True, pk__lt=pk)
    cards = list(earlier.select_related("theme").order_by("-pk")[: MOST_CARDS + 1])
    facts = {"incident": incident, "cards": cards[:MOST_CARDS], "more": len(cards) > MOST_CARDS}
    page = "desk/card/_author_cards.html" if is_fragment(request) else "desk/card/author_cards.html"
    return render(request, page, facts)
