"""Resources of a card for several people: who is here, whom one may call, and its tags."""

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST, require_safe

from otklik.desk.card.facts import may_note
from otklik.desk.card.reply import card_again, is_fragment, refusal, typed
from otklik.desk.gate import card_for, integer, permitted, user_of
from otklik.desk.together import presence
from otklik.desk.together.colleagues import found
from otklik.desk.together.table import table_of
from otklik.desk.undo.keep import undoable
from otklik.incidents.cards import may_move
from otklik.incidents.models import Incident
from otklik.incidents.tagging import known_tags, tag, tag_name, untag
from otklik.incidents.taking import ENDED
from otklik.lib import clock
from otklik.people.permissions import Permission

MOST_TAGS = 20


@require_POST
@permitted()
def here(request: HttpRequest, pk: int) -> HttpResponse:
    """«I have this card open»; answers who else has. `writing`: he has typed into its answer.

    Asked when the page opens, while he writes, and when the pulse tells that somebody has come or gone.
    """
    incident, user, now = card_for(request, pk), user_of(request), clock.now()
    presence.come(incident.pk, user, request.POST.get("writing") == "1", now)
    return render(request, "desk/together/_here.html", {"others": presence.others(incident.pk, user, now)})


@require_POST
@permitted()
def absence(request: HttpRequest, pk: int) -> HttpResponse:
    """The page was closed."""
    presence.leave(card_for(request, pk).pk, user_of(request), clock.now())
    return HttpResponse(status=204)


@require_GET
@permitted()
def table(request: HttpRequest, pk: int) -> HttpResponse:
    """In whose hands the card is, and its tags. It comes after the page, which has no query to spare."""
    incident = card_for(request, pk)
    user = user_of(request)
    facts = {
        "incident": incident,
        "table": table_of(incident, clock.now()),
        "may_note": may_note(user, incident),
        "may_take": incident.state not in ENDED and may_move(user, incident, "assign"),
    }
    page = "desk/together/_table.html" if is_fragment(request) else "desk/together/table.html"
    return render(request, page, facts)


@require_GET
@permitted()
def readers(request: HttpRequest, pk: int) -> HttpResponse:
    """Whom a note on this card may call, by the first letters of `q`."""
    incident = card_for(request, pk)
    if not may_note(user_of(request), incident):
        raise PermissionDenied
    people = found(incident, request.GET.get("q", ""), user_of(request))
    return render(request, "desk/together/_colleagues.html", {"people": people})


@require_safe
@permitted(Permission.NOTE)
def known(request: HttpRequest) -> HttpResponse:
    """Tags of cards that one sees, for what has been typed so far: options of the field's list."""
    tags_there = known_tags(user_of(request), request.GET.get("q", "")[:100])
    return render(request, "desk/together/_tags.html", {"tags": tags_there})


@require_POST
@permitted()
def tags(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a tag on a card one sees; a new word makes a new tag."""
    incident = _to_tag(request, pk)
    name = tag_name(typed(request, "tag", 1000))
    if not name:
        return refusal(request, pk, 422, _("Напишите метку: одно или два слова."))
    if incident.tags.count() >= MOST_TAGS:
        return refusal(request, pk, 422, _("На карточке уже %d меток. Сначала снимите лишние.") % MOST_TAGS)
    with undoable([incident], "tag", user_of(request)) as batch:
        tag(incident, name, user_of(request), clock.now())
    return card_again(request, pk, batch.key)


@require_POST
@permitted()
def tag_removal(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a tag off. One that is off already is no refusal: it is as it was wanted."""
    incident = _to_tag(request, pk)
    with undoable([incident], "untag", user_of(request)) as batch:
        untag(incident, integer(request.POST.get("tag")), user_of(request), clock.now())
    return card_again(request, pk, batch.key)


def _to_tag(request: HttpRequest, pk: int) -> Incident:
    """The card, if the user sees it and works on cards. Raises Http404, PermissionDenied."""
    incident = card_for(request, pk)
    if not may_note(user_of(request), incident):
        raise PermissionDenied
    return incident
