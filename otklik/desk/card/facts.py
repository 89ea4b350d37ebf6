"""Everything the card page shows, asked for within the page's bound of ten queries."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import F, OuterRef, Value
from django.utils.translation import gettext as _

from otklik.answers.checking import is_solvable, standing_with, stops_in
from otklik.answers.exposing import doubtful
from otklik.answers.fitting import against, cuts, obstacles
from otklik.answers.grounds import PROOFS, REASONS
from otklik.answers.models import Answer
from otklik.answers.policies import Steps
from otklik.answers.steps import own, wanted
from otklik.desk.card.answer_view import NO_ANSWER, AnswerView, answers_of, stamp_of_latest
from otklik.desk.card.clocks import Clocks, clocks_of
from otklik.desk.card.flaw_words import kept
from otklik.desk.card.journal_words import NOISE_REASONS
from otklik.desk.card.likely import offer_of
from otklik.desk.card.marks import Piece, mark, quoted
from otklik.desk.card.star import controls, running
from otklik.desk.card.thread import ThreadMessage, add_editions, fresh_of, main_of, own_messages
from otklik.desk.guessed import guessed_of
from otklik.desk.rule_words import asks
from otklik.feedback.models import Rating, Solved
from otklik.feedback.reply import ANSWERED
from otklik.inbox.models import Message
from otklik.incidents.cards import may_move, may_on, moves_for
from otklik.incidents.fields import FIELDS, Goes, columns
from otklik.incidents.gathering import WORKING
from otklik.incidents.models import Incident, State
from otklik.incidents.watching import ENDED
from otklik.networks.counting import Counting, length
from otklik.networks.registry import NETWORKS
from otklik.notify.alerts.calling import call_of, was_called
from otklik.people.access import everywhere
from otklik.people.models import User
from otklik.people.permissions import Permission
from otklik.publishing.voices import reads_and_answers, some_voice
from otklik.routing.assign import left_closed
from otklik.routing.outside import ASKED_IN
from otklik.triage.models import Verdict
from otklik.work.doubts import DOUBTS
from otklik.work.translated import translated
from otklik.work.words import RETURN_REASONS

DECIDING = frozenset({State.NEW})
WRITING = frozenset({State.NEW, State.ASSIGNED, State.IN_WORK, State.POSTPONED})
AFTER = frozenset({State.RATING, State.DONE})
DEFAULT_LIMIT = 4000


@dataclass(frozen=True, slots=True)
class Hint:
    """The machine's suggestion: the verdict, and whose it is by which rule."""

    verdict: Verdict
    agency_id: int | None
    agency_name: str
    rule: str
    quotes: dict[str, tuple[str, ...]]
    voiced: bool


def look_at(user: User, incident: Incident, now: datetime, stamp: str = "") -> dict[str, Any]:
    """The context of the page. Eight queries at most, whatever the card has gone through.

    `stamp` is the newest answer's where it has been asked for already. Most new cards have no answer, and to look for
    all that hangs on one takes a quarter of the page.
    """
    state = State(incident.state)
    if not stamp and state == State.NEW:
        stamp = stamp_of_latest(incident.pk)
    own, clocks = own_messages(incident), clocks_of(incident, now)
    add_editions(own)
    answers = answers_of(incident, now) if stamp != NO_ANSWER else []
    hint = hint_of(incident) if state in DECIDING else None
    main = main_of(own)
    facts: dict[str, Any] = {
        "incident": incident,
        "moves": moves_for(user, incident),
        "now": now,
        "own": own,
        "fresh": fresh_of(own),
        "main": main,
        "main_pieces": pieces_of(main, hint),
        "clocks": clocks,
        **_called(user, incident),
        "hint": hint,
        "doubt": DOUBTS.get(hint.verdict.doubt) if hint and state == State.NEW else None,
        "offer": offer_of(hint.verdict, incident.theme_id or hint.verdict.theme_id, now) if hint else None,
        "is_admin": may_on(user, incident, {Permission.ADMINISTRATE}),
        "seen": seen_of(incident),
        "noise_reasons": NOISE_REASONS,
        "plain_facts": plain_facts(incident),
        "return_reasons": RETURN_REASONS,
        "may_note": may_note(user, incident),
        "may_ask_outside": state in ASKED_IN and may_move(user, incident, "submit"),
        "may_publish_by_hand": may_move(user, incident, "submit") or may_move(user, incident, "approve"),
        "star": running(incident),
        "controls": controls(user, incident) and state not in ENDED,
        "may_rate": may_move(user, incident, "close"),
    }
    facts |= {"closed_agency": _closed_agency(incident) if incident.reopened and state == State.NEW else ""}
    facts |= _answering(
        user, incident, answers, main, any(thread_message.main and thread_message.speaks for thread_message in own), now
    )
    facts |= {"mute": mute(incident, hint, own) if facts["editable"] or "assign" in facts["moves"] else ""}
    had_answer = state in ANSWERED or incident.rating_since or incident.reopened
    facts |= _after(incident, answers, clocks) if had_answer else {}
    return facts | {"stamps": _stamps(incident, own, answers, facts)}


def _closed_agency(incident: Incident) -> str:
    """Which agency had the card and is closed by now: so it came to the operator when it was opened again."""
    last = left_closed(Value(incident.pk)).values_list("agency__short_name", flat=True).first()
    return last or ""


def plain_facts(incident: Incident) -> list[tuple[str, object]]:
    """Label and value of every field that is one line of the facts, where there is anything to say."""
    facts: list[tuple[str, object]] = []
    for name in columns(Goes.FACTS):
        if value := getattr(incident, name):
            in_words = getattr(incident, f"get_{name}_display", None)
            facts.append((_(FIELDS[name].label), in_words() if in_words else value))
    return facts


def _called(user: User, incident: Incident) -> dict[str, Any]:
    """Who was called to an urgent card, and whether the reader is to say «принял». No query for any other card."""
    call = call_of(incident)
    waits = call is not None and call.confirmed_at is None and incident.state not in AFTER
    return {"call": call, "may_confirm": waits and was_called(user, incident)}


def hint_of(incident: Incident) -> Hint | None:
    """The latest verdict on the main message and the latest suggestion, in one query."""
    way = "message__links__incident__suggestions"
    verdict = (
        Verdict.objects.filter(message__links__incident=incident, message__links__main=True)
        .select_related("theme__group", "place__parent")
        .annotate(
            suggestion_id=F(f"{way}__pk"),
            agency_id=F(f"{way}__agency_id"),
            agency_name=F(f"{way}__agency__short_name"),
            voiced=some_voice(OuterRef("message__network"), OuterRef(f"{way}__agency__path")),
            rule_theme=F(f"{way}__rule__theme__name"),
            rule_group=F(f"{way}__rule__group__name"),
            rule_place=F(f"{way}__rule__place__name"),
            rule_network=F(f"{way}__rule__network"),
            rule_hours=F(f"{way}__rule__hours"),
            thing=F(f"{way}__thing"),
            rule_id=F(f"{way}__rule_id"),
        )
        .order_by("-pk", "-suggestion_id")
        .first()
    )
    if verdict is None:
        return None
    row: Any = verdict
    subject = row.rule_theme or row.rule_group or ""
    more = asks(f"«{row.thing}»" if row.thing else "", row.rule_network or "", row.rule_hours or "")
    rule = " · ".join(part for part in (subject, row.rule_place or "", *more) if part)
    rule = (rule or _("для всего остального")) if row.rule_id else ""
    return Hint(verdict, row.agency_id, row.agency_name or "", rule, _quotes(verdict), row.voiced)


def mute(incident: Incident, hint: Hint | None, own: Sequence[ThreadMessage]) -> str:
    """A warning that no account could publish an answer of the agency that has the card, or is to have it; "" where one
    could. Shown before anything is written: such an answer waits for an account, or for a person to publish it."""
    main = next((one for one in own if one.main), None)
    if main is None or main.message.network not in NETWORKS:
        return ""
    voiced = hint.voiced if hint and incident.agency is None else main.voiced
    direct = main.message.place == Message.Place.DIRECT
    alone = not (voiced or reads_and_answers(main.message, main.reads, direct=direct))
    return _("Некому ответить в этой сети: у ведомства нет аккаунта. Ответ уйдёт, когда его добавят.") if alone else ""


def pieces_of(main: Message | None, hint: Hint | None) -> list[Piece]:
    """The main message's text with the quoted words marked."""
    if main is None:
        return []
    return mark(main.text, hint.quotes) if hint else [Piece(main.text)]


def seen_of(incident: Incident) -> str:
    """What the decision panel is drawn for: the state, and whose the card is."""
    return f"{incident.state}.{incident.agency_id or 0}"


def reads_journal(user: User) -> bool:
    """Whether the journal of the whole region is open to him, and with it who has looked at what."""
    return everywhere(user, Permission.JOURNAL)


def may_note(user: User, incident: Incident) -> bool:
    """Whoever works on a card may leave notes on it; an auditor only looks."""
    return may_on(user, incident, {Permission.NOTE})


def _quotes(verdict: Verdict) -> dict[str, tuple[str, ...]]:
    guessed = guessed_of(verdict.themes)
    why = verdict.why if isinstance(verdict.why, dict) else {}
    return {
        "theme": guessed[0].quotes if guessed else (),
        "urgency": quoted(why.get("urgency")),
        "place": quoted(why.get("place")),
    }


def _answering(
    user: User, incident: Incident, answers: list[AnswerView], main: Message | None, speaks: bool, now: datetime
) -> dict[str, Any]:
    """What the answer's region needs: the answer being written, waited for, or on its way."""
    newest = answers[0] if answers else None
    draft = newest if newest and newest.is_open else None
    waiting = newest if newest and newest.answer.state == Answer.State.APPROVAL else None
    leaving = newest if newest and incident.state == State.PUBLISHING else None
    # Another card's answer will be this one's too: there is nothing to write here.
    waits = incident.answered_with_id is not None and incident.state in WORKING
    may_write = may_move(user, incident, "submit") and waiting is None
    limits = NETWORKS[main.network].limits if main and main.network in NETWORKS else None
    direct = main is not None and main.place == Message.Place.DIRECT
    limit = limits.text_in(direct) if limits else DEFAULT_LIMIT
    counting = limits.counting_in(direct) if limits else Counting.CHARACTERS
    editable = may_write and not waits and incident.state in (*WRITING, State.RATING)
    return {
        "answers": answers,
        "draft": draft,
        "waiting": waiting,
        "leaving": leaving,
        "editable": editable,
        "text_limit": limit,
        "text_most": limit * (limits.parts if limits else 1),
        "counting": counting.value,
        "waiting_cuts": cuts(waiting.answer) if waiting else [],
        "waiting_length": length(waiting.answer.text, counting) if waiting else 0,
        "text_length": length(draft.answer.text, counting) if draft else 0,
        "objections": _against(draft, main.network, direct) if draft and main and editable else [],
        "solvable": is_solvable(incident),
        "proofs": grounds_of(PROOFS),
        "reasons": grounds_of(REASONS),
        "doubtful": doubtful(waiting.answer.text) if waiting and not waiting.answer.direct else [],
        "obstacles": [translated(one) for one in obstacles(main, speaks, now)] if main and editable else [],
        "link_warning": translated(limits.link_warning) if limits else "",
        "photo_limit": limits.photos_in(direct) if limits else 0,
        "direct": direct,
        "own_answer": waiting is not None and own(waiting.answer, user),
        "is_last": waiting is not None and wanted(waiting.answer) - bool(waiting.row["agreed_id"]) <= 1,
        "has_agreed": waiting is not None and waiting.row["agreed_id"] == user.pk,
        "goes_alone": editable and getattr(incident, "policy_steps", None) == Steps.NONE,
        "earlier": [answer for answer in answers if answer not in (draft, waiting, leaving)],
        "undo_seconds": settings.UNDO_HOLD,
        **(_flaw_report(waiting) if waiting and may_move(user, incident, "approve") else {}),
    }


def _flaw_report(waiting: AnswerView) -> dict[str, Any]:
    """What the check of words found when the answer was sent to the approver; `stopped`: he has to give a reason. Drawn
    with the page: what comes above a button afterwards moves it away from under the finger."""
    flaws = standing_with(waiting.answer)
    return {"flaws": kept(flaws), "stopped": bool(stops_in(flaws))}


def grounds_of(codes: frozenset[str]) -> list[tuple[str, Any]]:
    """What an ending may rest on, in the order of the list, with its words."""
    return [(code, words) for code, words in Answer.Ground.choices if code in codes]


def _against(draft: AnswerView, network: str, direct: bool) -> list[str]:
    photos = len(draft.photos)
    return [translated(one) for one in against(draft.answer.text, network, direct=direct, photos=photos)]


def _after(incident: Incident, answers: list[AnswerView], clocks: Clocks) -> dict[str, Any]:
    ratings = list(
        Rating.objects.filter(incident=incident).select_related("message__author", "confirmed_by").order_by("-pk")[:30]
    )
    return {
        "ratings": ratings,
        "complaints": [rating for rating in ratings if rating.waits_since and not rating.suggested],
        "solved_choices": Solved.choices,
        "voices": sum(answer.voices for answer in answers),
        "asking": next((answer.asking for answer in answers if answer.asking), {}),
        "unread": [rating for rating in ratings if rating.suggested and not rating.dismissed_at],
        "survey_link": next(
            (f"{settings.ADDRESS}/s/{answer.survey_key}/" for answer in answers if answer.survey_key), ""
        ),
        "silence_until": next((answer.silence_until for answer in answers if answer.silence_until), None),
    }


def _mode(facts: dict[str, Any]) -> str:
    if facts["waiting"] or facts["leaving"]:
        return "waiting" if facts["waiting"] else "leaving"
    folded = facts["incident"].state in (State.NEW, State.RATING)
    return ("folded" if folded else "writing") if facts["editable"] else "none"


def _stamp(rating: Rating) -> str:
    fields = (
        rating.pk,
        rating.suggested,
        bool(rating.dismissed_at),
        rating.mark,
        rating.solved,
        bool(rating.waits_since),
    )
    return ".".join(map(str, fields))


def _stamps(
    incident: Incident, own: list[ThreadMessage], answers: list[AnswerView], facts: dict[str, Any]
) -> dict[str, str]:
    """What each region of the page depends on: a region whose stamp stays is left alone when the card changes."""
    hint, ratings = facts["hint"], facts.get("ratings", [])
    newest = answers[0].stamp if answers else "-"
    moves = ",".join(sorted(facts["moves"]))
    return {
        "head": str(incident.revision),
        "thread": "_".join(thread_message.stamp for thread_message in own),
        "beside": str(max((thread_message.beside for thread_message in own), default=0)),
        "decision": f"{incident.state}.{incident.agency_id}.{hint.verdict.pk if hint else 0}.{moves}",
        "answer": newest,
        # Taking a card in work is part of writing: it must not look like news to whoever writes.
        "editor": f"{newest}.{_mode(facts)}",
        "rating": "_".join((incident.state, *map(_stamp, ratings), str(facts.get("voices", 0)))),
    }
