"""The three steps of an act over many cards: its form, the preview, and a piece of it done."""

import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from otklik.answers.drafts import Stale, Unfit
from otklik.desk.gate import integer, permitted, user_of
from otklik.desk.operator.many.acts import ACTS
from otklik.desk.operator.many.base import WRONG_STATE, Act, Held, Unready
from otklik.desk.operator.many.preview import MOST, cards_of, groups, look, obstacle, read_ids
from otklik.desk.operator.queue.moves import DESK
from otklik.incidents.gathering import Impossible
from otklik.incidents.models import Incident, State
from otklik.incidents.taking import NotFree
from otklik.incidents.workflow import NotAllowed, UnderControl, hold
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.people.models import User
from otklik.work.models import Undoable
from otklik.work.undo import ALLOWED
from otklik.work.verb import Done, Refused, perform
from otklik.work.words import against

PIECE = 20
# What may have come since the preview without making it another card: clocks, notes, looks.
HARMLESS = (
    "incident.note",
    "incident.author_seen",
    "incident.warn",
    "incident.overdue",
    "incident.tag",
    "incident.untag",
)


class Asked(NamedTuple):
    """A card as the preview showed it: its id, and the revision that it had then."""

    pk: int
    revision: int


@dataclass(slots=True)
class Piece:
    """Ids of cards that are done, and numbers of those that are not by the reason why. `unseen` have no number."""

    done: list[int] = field(default_factory=list)
    held: dict[str, list[int]] = field(default_factory=dict)
    unseen: int = 0


@require_GET
@permitted(*DESK)
def form(request: HttpRequest, key: str) -> HttpResponse:
    """What is to be chosen for all cards. Without scripts nothing can be picked, so there is nothing to show."""
    act = ACTS[key]
    if not request.headers.get("X-Fragment"):
        return redirect("queue")
    facts: dict[str, Any] = {"act": act, "body": f"desk/many/_{act.key}.html", "here": request.path, "piece": PIECE}
    return render(request, "desk/many/form.html", facts | act.choices(user_of(request)))


@require_POST
@permitted(*DESK)
def preview(request: HttpRequest, key: str) -> HttpResponse:
    """What would be done and what not. Changes nothing; a POST, since 500 ids are too long for an address."""
    ids = read_ids(request.POST.get("ids", ""))
    if not ids:
        return _refused(_("Сначала выберите карточки: пробелом или щелчком с Ctrl."))
    if len(ids) > MOST:
        return _refused(_("За один раз можно не больше %d карточек: выберите поменьше.") % MOST)
    try:
        act = ACTS[key].read(request.POST, user_of(request))
    except Unready as unready:
        return _refused(str(unready), unready.field)
    seen = look(user_of(request), act, ids, clock.now())
    return JsonResponse(
        {
            "html": render_to_string("desk/many/preview.html", {"preview": seen, "act": act}, request),
            "cards": [f"{card.pk}.{card.revision}" for card in seen.ready],
            "batch": batch_key(""),
        }
    )


@require_POST
@permitted(*DESK)
def piece(request: HttpRequest, key: str) -> HttpResponse:
    """Do it to these cards, as the preview showed them. 409 when nothing of it could be done any more."""
    asked = read_asked(request.POST.get("cards", ""))
    if not asked:
        return _refused(_("Сначала выберите карточки: пробелом или щелчком с Ctrl."))
    if len(asked) > PIECE:
        return _refused(_("За один раз можно не больше %d карточек: выберите поменьше.") % PIECE)
    try:
        act = ACTS[key].read(request.POST, user_of(request))
    except Unready as unready:
        return _refused(str(unready), unready.field)
    batch = batch_key(request.POST.get("batch", ""))
    outcome = do_piece(act, asked, user_of(request), batch, clock.now())
    held = [{"words": group.words, "numbers": group.numbers} for group in groups(outcome.held)]
    answer = {"done": outcome.done, "held": held, "unseen": outcome.unseen, "undo": batch if outcome.done else ""}
    return JsonResponse(answer, status=200 if outcome.done else 409)


def _refused(words: str, field: str = "") -> HttpResponse:
    return JsonResponse({"words": words, "field": field}, status=422)


def read_asked(text: str) -> list[Asked]:
    """«12.345,13.350» from a hostile form, each card once. One more than a piece means: too many."""
    pairs = (part.partition(".") for part in text.split(",", PIECE + 1)[: PIECE + 1])
    revisions = {integer(pk): integer(revision) for pk, _dot, revision in pairs}
    return [Asked(pk, revision) for pk, revision in revisions.items() if pk > 0]


def batch_key(text: str) -> str:
    """The key that the preview gave out; a new one for whatever is none."""
    try:
        return str(uuid.UUID(text[:36]))
    except ValueError:
        return str(uuid.uuid4())


def do_piece(act: Act, asked: Sequence[Asked], user: User, batch: str, at: datetime) -> Piece:
    """All in one turn. A card that cannot be done is reported and does not stop the others.

    Safe to repeat: a card that this batch has done already counts as done, and nothing is done to it twice.
    """
    outcome = Piece()
    with hold(*(one.pk for one in asked)):
        already = _go_on(batch, user, at)
        cards = {card.pk: card for card in cards_of(user, [one.pk for one in asked])}
        act.prepare(list(cards.values()), at)
        outcome.unseen = sum(one.pk not in cards and one.pk not in already for one in asked)
        for one in asked:
            if one.pk in already:
                outcome.done.append(one.pk)
            elif one.pk in cards:
                _do_one(act, cards[one.pk], one.revision, user, batch, at, outcome)
    return outcome


def _do_one(act: Act, card: Incident, revision: int, user: User, batch: str, at: datetime, outcome: Piece) -> None:
    try:
        _must_be_free(act, card, revision, user, at)
        verb, data = act.press(card)
        _keep(act, card, user, perform(verb, card, data, user, at, batch=batch))
    except Held as held:
        _hold(outcome, card, str(held))
    except PermissionDenied:
        _hold(outcome, card, _("на них у вас нет прав"))
    except UnderControl:
        _hold(outcome, card, _("на контроле у руководителя"))
    except NotAllowed as late:
        _hold(outcome, card, _("кто-то успел раньше: %s") % WRONG_STATE[State(late.state)])
    except NotFree:
        _hold(outcome, card, _("сейчас у коллеги"))
    except Stale:
        _hold(outcome, card, _("ответ уже начат: откройте карточку"))
    except Impossible as impossible:
        _hold(outcome, card, _("соединить нельзя: мешает № %d, посмотрите её") % impossible.number)
    except (Unfit, Refused) as refusal:
        _hold(outcome, card, against(refusal)[1])
    else:
        outcome.done.append(card.pk)


def _hold(outcome: Piece, card: Incident, why: str) -> None:
    outcome.held.setdefault(why, []).append(card.number)


def _must_be_free(act: Act, card: Incident, revision: int, user: User, at: datetime) -> None:
    """What others did since the preview is not overridden. Raises Held."""
    why = obstacle(user, act, card, at)
    if not why and card.revision != revision:
        since = Entry.objects.filter(incident=card.pk, pk__gt=revision).exclude(verb__in=HARMLESS)
        if card.revision < revision or since.exists():
            why = _("изменились, пока вы выбирали: посмотрите ещё раз")
    if why:
        raise Held(why)


def _go_on(batch: str, user: User, at: datetime) -> set[int]:
    """The cards that this batch has done before. Its ten seconds count from the end of the whole act, so they begin
    anew with each piece."""
    mine = Undoable.objects.filter(batch=batch, by=user, at__gte=at - ALLOWED)
    already = set(mine.values_list("incident_id", flat=True))
    mine.update(at=at)
    return already


def _keep(act: Act, card: Incident, by: User, done: Done) -> None:
    """One picture of each card for the whole batch, the oldest: a card that many are gathered into changes often."""
    rows: dict[int, list[Undoable]] = {}
    for row in Undoable.objects.filter(batch=done.batch, by=by, incident__in=done.touched).order_by("pk"):
        rows.setdefault(row.incident_id, []).append(row)
    for pk, (kept, *later) in rows.items():
        if later:
            kept.entry, kept.at = later[-1].entry, later[-1].at
            kept.before = {**later[-1].before, "picture": kept.before["picture"]}
            Undoable.objects.filter(pk__in=[row.pk for row in later]).delete()
        if (pk == card.pk and act.finish(done.result, kept)) or later:
            kept.save()
