"""How many people have to agree to an answer, how many have, and who may not be among them.

What was wanted is settled when the answer is sent on: a policy that is written later changes nothing about what waits.
A consent counts for one text beside one comment: a change of either, and being sent for approval anew, leave none.
"""

from datetime import date, datetime
from functools import cache

from django.db import connection
from django.db.models import Case, CharField, ExpressionWrapper, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Length

from otklik.answers import policies
from otklik.answers.models import Answer, ApprovalPolicy, ApprovalStep
from otklik.answers.policies import KnownPolicy, Steps, holding
from otklik.inbox.models import Message
from otklik.incidents.cards import may_on
from otklik.lib.days import day_of
from otklik.lib.kept import LONG_AGO, KeptRows, keep_rows, whole_day
from otklik.lib.sentence import Sentence as _
from otklik.people.models import User
from otklik.people.permissions import Permission

OWN = _("Свой ответ согласует кто-то другой.")
TWICE = _("Вы уже согласовали этот ответ: второе согласие даёт кто-то другой.")
ONE_MORE = _("Этому ответу нужны два согласия. Откройте его заново и решите ещё раз.")
LAST_NOW = _("Пока вы читали, ответ согласовал коллега: теперь ваше согласие последнее. Откройте его и решите ещё раз.")


def known_on(day: date) -> list[KnownPolicy]:
    """Every policy that is in force on that local day, as values. One query."""
    return [known(one) for one in _current(connection.vendor).ask({whole_day(_DAY): whole_day(day)})]


_DAY = LONG_AGO.date()


@cache
def _current(vendor: str) -> KeptRows[ApprovalPolicy]:
    current = ApprovalPolicy.objects.exclude(until__lt=_DAY).exclude(since__gt=_DAY)
    return keep_rows(current.select_related("agency"))


def known(policy: ApprovalPolicy) -> KnownPolicy:
    """A row with its agency, as policies.py takes it."""
    return KnownPolicy(
        id=policy.pk,
        steps=Steps(policy.steps),
        theme_id=policy.theme_id,
        group_id=policy.group_id,
        agency_path=policy.agency.path if policy.agency else "",
        person_id=policy.person_id,
        since=policy.since,
        until=policy.until,
    )


def policy_for(answer: Answer, at: datetime) -> KnownPolicy | None:
    """The policy that holds for this answer as it stands; None for the usual way. One query and the card's theme."""
    theme = answer.incident.theme
    case = policies.Case(
        theme_id=theme.pk if theme else None,
        group_id=theme.group_id if theme else None,
        agency_path=answer.agency.path if answer.agency else "",
        person_id=answer.changed_by_id or answer.author_id,
    )
    day = day_of(at)
    return holding(known_on(day), case, day)


def steps_for(writer: User, at: datetime) -> Subquery:
    """Inside a query of cards: how many people would agree to what this person writes on it, NULL for the usual way.

    The same order as in policies.py, for pages that have no query to spare; a test holds the two together.
    """
    day = day_of(at)
    subject = When(theme__isnull=False, then=Value(2)), When(group__isnull=False, then=Value(1))
    about = Q(theme=OuterRef("theme")) | Q(theme=None, group=OuterRef("theme__group")) | Q(theme=None, group=None)
    policy_rows = (
        ApprovalPolicy.objects.exclude(until__lt=day)
        .exclude(since__gt=day)
        .filter(about, Q(person=None) | Q(person=writer))
        .alias(whose=ExpressionWrapper(OuterRef("agency__path"), CharField()), subject=Case(*subject, default=Value(0)))
        .filter(Q(agency=None) | Q(whose__startswith=F("agency__path")))
        .order_by(
            "-subject",
            F("person").desc(nulls_last=True),
            Length("agency__path").desc(nulls_last=True),
            F("since").desc(nulls_last=True),
            "-pk",
        )
    )
    return Subquery(policy_rows.values("steps")[:1])


def counting() -> QuerySet[ApprovalStep]:
    """Inside a query of answers: the consents to each that count."""
    return ApprovalStep.objects.filter(
        answer=OuterRef("pk"),
        version=OuterRef("version"),
        revision=OuterRef("reply_to__revision"),
        at__gte=OuterRef("submitted_at"),
    )


def agreed(answer: Answer, message: Message) -> list[ApprovalStep]:
    """The consents that count beside this state of the comment, the first one first. One query."""
    counted = Q(version=answer.version, revision=message.revision, at__gte=answer.submitted_at or message.captured_at)
    return list(answer.agreed.filter(counted))


def wanted(answer: Answer) -> int:
    """How many people agree to it: what came back after its writer let it out himself wants one."""
    return max(answer.steps, Steps.ONE)


def is_last(answer: Answer) -> bool:
    """Whether the next consent lets it out. One query, and none where one is enough."""
    return wanted(answer) == Steps.ONE or len(agreed(answer, answer.reply_to)) + 1 >= wanted(answer)


def wrote(answer: Answer, user: User) -> bool:
    """Whether these words are his: he began the answer, or was the last to change it.

    Without a policy whoever corrects it as its approver is not meant: then both stand as its authors.
    """
    last = answer.changed_by_id == user.pk and (answer.policy_id is not None or answer.corrected_by_id != user.pk)
    return answer.author_id == user.pk or last


def own(answer: Answer, user: User) -> bool:
    """Whether he may not agree to it because it is his own. Where no policy asks, an administrator of the card may."""
    if not wrote(answer, user):
        return False
    return answer.policy_id is not None or not may_on(user, answer.incident, {Permission.ADMINISTRATE})


def against(answer: Answer, by: User, message: Message, last: bool) -> str:
    """Why he may not agree to it now, in one Russian sentence; "" when he may. `last`: by it the answer goes out.

    Without a policy it is for the page to know whose own it is.
    """
    if answer.policy_id is not None and wrote(answer, by):
        return OWN
    consents = agreed(answer, message) if wanted(answer) > Steps.ONE else []
    if any(one.by_id == by.pk for one in consents):
        return TWICE
    missing = wanted(answer) - len(consents)
    if last:
        return ONE_MORE if missing > 1 else ""
    return LAST_NOW if missing <= 1 else ""
