"""What follows from a delivery's end, and the verbs by which a person decides one."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.core.files.base import ContentFile
from django.db.models import Q

from otklik.answers.binding import bound_to
from otklik.answers.models import Answer
from otklik.answers.policies import Steps
from otklik.inbox.models import Author, Message
from otklik.inbox.standing import differences, standing
from otklik.incidents.cards import add_message
from otklik.incidents.gathering import answered_together
from otklik.incidents.models import Incident, State
from otklik.incidents.workflow import NotAllowed, hold, move, record
from otklik.lib.address import safe_address
from otklik.lib.sentence import Sentence as _
from otklik.lib.text import fold
from otklik.networks.pasted import leads_to
from otklik.networks.registry import NETWORKS
from otklik.people.models import User
from otklik.publishing import astray, turns
from otklik.publishing.copies import hold_copy, recall_copies, record_copy
from otklik.publishing.effects import answer_followers, stamps_of, turn_clocks
from otklik.publishing.hold import hold_back, untried
from otklik.publishing.models import Delivery, Sent
from otklik.publishing.restored import current_epoch

ACTOR = "machine:publishing"
A, D, H = Answer.Kind, Delivery.State, Delivery.Hold
AFTER = {A.QUESTION: "asked", A.INTERIM: "promised", A.FIRST: "answered", A.FINAL: "answered"}


def spoken(delivery: Delivery, external_id: str, url: str, at: datetime, by_hand: User | None = None) -> None:
    """The answer stands in the network, or a part of it, and then the next is called. Inside `book.writing()`; safe to
    repeat.
    """
    following = turns.following(delivery)
    sent, fresh = Sent.objects.get_or_create(
        delivery=delivery,
        defaults={
            "external_id": external_id,
            "url": safe_address(url, 500),
            "at": at,
            "by_hand": by_hand,
            "due_at": None if following else at,
        },
    )
    Delivery.objects.filter(pk=delivery.pk).update(state=D.SENT, hold=Delivery.Hold.NONE, cause="", words="")
    if not fresh:
        return
    answer = delivery.answer
    incident = Incident.objects.get(pk=answer.incident_id)
    actor = f"user:{by_hand.pk}" if by_hand else ACTOR
    _remember_own_words(delivery, sent, answered_together(incident), at)
    if following is None:
        is_published(sent, delivery, at, actor)
        return
    turns.call(following, delivery, at)
    entry_data = {"answer": answer.pk, "delivery": delivery.pk, "sent": sent.pk}
    entry_data |= {"part": delivery.part, "parts": delivery.parts}
    record(incident, "spoken_part", at=at, actor=actor, subject=f"delivery:{delivery.pk}", data=entry_data)


def is_published(sent: Sent, delivery: Delivery, at: datetime, actor: str) -> None:
    """All of the answer that will be said stands there. Inside `book.writing()`.

    A copy is said to one more author and changes nothing on the card, whichever of them is spoken first.
    """
    answer = delivery.answer
    incident = Incident.objects.get(pk=answer.incident_id)
    verb = AFTER.get(A(answer.kind))
    if answer.copy_of_id is not None:
        record_copy("spoken_copy", incident, delivery, actor, at)
        return
    if verb and incident.state == State.PUBLISHING:
        move(
            incident,
            verb,
            at=at,
            actor=actor,
            subject=f"delivery:{delivery.pk}",
            data={"answer": answer.pk, "delivery": delivery.pk, "sent": sent.pk},
            **stamps_of(incident, answer, at),
        )
    else:
        record(incident, "spoken", at=at, actor=ACTOR, data={"sent": sent.pk})
    if verb:
        turn_clocks(incident, answer, at)
        answer_followers(incident, answer, sent, at, actor)


def _remember_own_words(delivery: Delivery, sent: Sent, cards: Iterable[Incident], at: datetime) -> None:
    """Our answer joins the thread at once, so that a reply to it is known to belong to these cards."""
    network, account, asked = delivery.message.network, delivery.account, delivery.message
    if not sent.external_id:
        return
    voice = NETWORKS[network].voice(account.external_id) if account else "by-hand"
    author, _made = Author.objects.get_or_create(
        network=network,
        external_id=voice[:120],
        defaults={"name": account.title if account else "", "is_community": True, "ours": True},
    )
    message, _made = Message.objects.get_or_create(
        network=network,
        external_id=sent.external_id,
        defaults={
            "place": asked.place if asked.place == Message.Place.DIRECT else Message.Place.COMMENT,
            "thread": asked.thread,
            "parent_external_id": asked.external_id,
            "author": author,
            "source": asked.source,
            "own": True,
            "text": delivery.text,
            "folded": fold(delivery.text),
            "url": sent.url,
            "posted_at": at,
            "captured_at": at,
        },
    )
    for card in cards:
        add_message(card, message, at, ACTOR)


def refused(incident: Incident, delivery: Delivery, words: str, at: datetime, cause: str = "") -> None:
    """The network said no for good: back to work with its words. Inside `book.writing()`.

    A copy waits for a person instead, and the card goes on; so does what follows a part that stands there already.
    """
    if delivery.part > 1:
        hold_copy(
            "refused_part", incident, delivery, cause, _("Сеть отказала: %(words)s") % {"words": words}, at, ACTOR
        )
        return
    if delivery.answer.copy_of_id is not None:
        hold_copy(
            "refused_copy", incident, delivery, cause, _("Сеть отказала: %(words)s") % {"words": words}, at, ACTOR
        )
        return
    Delivery.objects.filter(pk=delivery.pk).update(state=D.REFUSED, hold=Delivery.Hold.NONE, cause=cause, words=words)
    turns.drop_following(delivery)
    Answer.objects.filter(pk=delivery.answer_id).update(
        state=Answer.State.RETURNED, remark=_("Сеть отказала: %(words)s") % {"words": words}
    )
    entry_data = {"delivery": delivery.pk, "answer": delivery.answer_id}
    if incident.state == State.PUBLISHING:
        move(incident, "refused", at=at, actor=ACTOR, subject=f"delivery:{delivery.pk}", data=entry_data)
    else:
        record(incident, "refused_aside", at=at, actor=ACTOR, subject=f"delivery:{delivery.pk}", data=entry_data)


def recall(answer: Answer, by: User, at: datetime) -> Incident:
    """Take an approval back while nothing of the answer has left. Raises NotAllowed when it has, or may have.

    Its copies come back as far as they have not left either; the journal says which did.
    """
    incident = answer.incident
    if answer.copy_of_id is not None:
        raise NotAllowed("recall", incident.state)
    with hold(answer.incident_id):
        _hold_unsaid(answer, "recall")
        Answer.objects.filter(pk=answer.pk).update(
            state=Answer.State.APPROVAL, decided_by=None, decided_at=None, due_at=None
        )
        return _back(answer, "recall", by, at)


def take_back(answer: Answer, by: User, at: datetime) -> Incident:
    """Whoever let his own answer out takes it back to write on, while it has not left. Raises NotAllowed when it has,
    or may have, or was let out by another; its copies come back as in recall()."""
    incident = answer.incident
    if answer.copy_of_id is not None or answer.steps != Steps.NONE or answer.decided_by_id != by.pk:
        raise NotAllowed("take_back", incident.state)
    with hold(answer.incident_id):
        _hold_unsaid(answer, "take_back")
        back = {"decided_by": None, "decided_at": None, "submitted_at": None, "due_at": None, "asked": None}
        mine = Answer.objects.filter(pk=answer.pk, state=Answer.State.APPROVED)
        mine.update(state=Answer.State.DRAFT, changed_at=at, **back)
        return _back(answer, "take_back", by, at)


def say_now(answer: Answer, by: User, at: datetime) -> Incident:
    """The moment that was chosen does not count any more: the answer and its copies go out at once. Raises NotAllowed
    when there is none, or it has left or may have."""
    incident = answer.incident
    with hold(answer.incident_id):
        theirs = Q(pk=answer.pk) | Q(copy_of=answer)
        waiting = Answer.objects.filter(theirs, state=Answer.State.APPROVED, publish_at__gt=at)
        mine = list(waiting.values_list("pk", flat=True))
        if answer.pk not in mine or Delivery.objects.filter(answer=answer).exclude(state=D.QUEUED).exists():
            raise NotAllowed("recall", incident.state)
        Answer.objects.filter(pk__in=mine).update(publish_at=None)
        untried(Delivery.objects.filter(answer__in=mine, hold=Delivery.Hold.MOMENT)).update(
            hold=Delivery.Hold.NONE, due_at=at
        )
        entry_data = {"answer": answer.pk}
        record(incident, "say_now", at=at, actor=f"user:{by.pk}", subject=f"answer:{answer.pk}", data=entry_data)
    return incident


def _hold_unsaid(answer: Answer, verb: str) -> None:
    deliveries = Delivery.objects.filter(answer=answer)
    hold_back(untried(deliveries))
    # Each part is guarded by itself: one that left in the same moment undoes what the others let happen.
    if deliveries.exclude(state=D.RECALLED).exists():
        raise NotAllowed(verb, answer.incident.state)


def _back(answer: Answer, verb: str, by: User, at: datetime) -> Incident:
    left = recall_copies(answer)
    entry_data: dict[str, Any] = {"answer": answer.pk, **({"left": left} if left else {})}
    return move(answer.incident, verb, at=at, actor=f"user:{by.pk}", subject=f"answer:{answer.pk}", data=entry_data)


class WrongLink(Exception):
    """The pasted link cannot be where this answer stands; the text is for the person who pasted it."""


def published_by_hand(delivery: Delivery, link: str, by: User, at: datetime, proof: bytes = b"") -> None:
    """A person published it, or found it published, and gives the link as proof, and a washed picture if there is one.

    Raises WrongLink, NotAllowed.
    """
    link = safe_address(link.strip(), 500)
    if not link:
        raise WrongLink(_("Это не ссылка: нужен адрес вида https://…"))
    wanted = urlsplit(delivery.message.url).hostname
    if wanted and urlsplit(link).hostname != wanted:
        raise WrongLink(_("Ссылка ведёт не туда: ждём адрес на %(host)s.") % {"host": wanted})
    with hold(delivery.answer.incident_id):
        open_states = (D.QUEUED, D.UNKNOWN, D.SENDING)
        mine = Delivery.objects.filter(pk=delivery.pk, state__in=open_states, lease="").exclude(hold=H.TURN)
        if not mine.update(state=D.SENT, due_at=None):
            raise NotAllowed("answered", delivery.answer.incident.state)
        delivery.attempts.filter(ended_at__isnull=True).update(ended_at=at, outcome="by_hand")
        if delivery.asked is None:
            kept = {"asked": standing(delivery.message), "asked_of": Delivery.AskedOf.KEPT}
            Delivery.objects.filter(pk=delivery.pk).update(**kept)
        spoken(delivery, _address(delivery, link), link, at, by_hand=by)
        if proof:
            sent = Sent.objects.get(delivery=delivery)
            sent.proof.save(f"{sent.pk}.jpg", ContentFile(proof))


def _address(delivery: Delivery, link: str) -> str:
    """Where the answer stands, so that what is said to it finds its card; the link itself where it does not tell that.

    A person may paste the link of the citizen's own words: the answer is then not taken for those.
    """
    asked = delivery.message
    address = leads_to(asked.network, link, (asked.external_id, asked.url))
    there = address.message[:250] if address else ""
    others = Message.objects.filter(network=asked.network, external_id=there, own=False)
    taken = Sent.objects.filter(delivery__message__network=asked.network, external_id=there).exclude(delivery=delivery)
    return link[:250] if not there or others.exists() or taken.exists() else there


def say_again(delivery: Delivery, by: User, at: datetime) -> None:
    """A person has looked and says that the answer does not stand there: send it (again, with the same key).

    Where the comment has changed since the approval it goes back to the approver instead: he has seen another one. A
    copy goes out, as whoever looked has seen both, and so does what follows a part that stands there.
    """
    again = {"hold": Delivery.Hold.NONE, "cause": "", "looked": 0, "rereads": 0, "claims": 0, "set_aside_at": None}
    with hold(delivery.answer.incident_id):
        mine = Delivery.objects.filter(pk=delivery.pk, state__in=(D.UNKNOWN, D.QUEUED), lease="").exclude(hold=H.TURN)
        # After a restore too: he has looked, and where no machine can look it would ask him for ever.
        mine.filter(state=D.UNKNOWN).update(epoch=current_epoch(at))
        if not mine.update(state=D.QUEUED, due_at=at, **again):
            raise NotAllowed("answered", delivery.answer.incident.state)
        delivery.attempts.filter(ended_at__isnull=True).update(ended_at=at, outcome="absent")
        record(
            delivery.answer.incident,
            "say_again",
            at=at,
            actor=f"user:{by.pk}",
            subject=f"delivery:{delivery.pk}",
            data={"delivery": delivery.pk},
        )
        if delivery.cause != Delivery.Cause.CHANGED:
            return
        if delivery.answer.copy_of_id is None and delivery.part == 1:
            astray.overtaken(delivery, _changed(delivery), at, f"user:{by.pk}")
        else:
            asked = bound_to(delivery.message, delivery.answer.version)
            Answer.objects.filter(pk=delivery.answer_id).update(asked=asked)


def _changed(delivery: Delivery) -> list[str]:
    return differences(delivery.answer.asked or {}, standing(delivery.message))
