"""Many cards: an answer to each from one template. Every one of them waits for approval, as if written by hand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Self

from django.db.models import Q
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from otklik.answers.facts import facts_of_many
from otklik.answers.fitting import objections
from otklik.answers.grounds import NOTED, REASONS, Ending, missing
from otklik.answers.models import ASKING, Answer, Template
from otklik.answers.templates import facts_of, fill, left_open
from otklik.desk.card.answering import ground_of
from otklik.desk.card.facts import grounds_of
from otklik.desk.gate import day_in, integer
from otklik.desk.operator.many.base import Act, Call, Held, Unready, main_links, wrong_state
from otklik.inbox.models import Message
from otklik.incidents.cards import main_message
from otklik.incidents.models import Incident, Outcome, State
from otklik.lib import clock
from otklik.people.access import grants_of
from otklik.people.models import User
from otklik.work.answers import WRITE_AND_SUBMIT, Draft
from otklik.work.models import Undoable
from otklik.work.translated import translated

ANSWERED = (State.NEW, State.ASSIGNED, State.IN_WORK, State.POSTPONED)
ENDING = (Answer.Kind.FINAL, Answer.Kind.FIRST)
BEGUN = (Answer.State.DRAFT, Answer.State.RETURNED, Answer.State.APPROVAL)
FURTHEST = timedelta(days=366)
_GAP = re.compile(r"(?:^|\s)…")  # a word that a person has to put in; at the end of another word it is a pause
# What an answer becomes when the act is taken back: its words stay readable, nobody is asked to approve them.
_TAKEN_BACK = {
    "state": Answer.State.WITHDRAWN.value,
    "submitted_at": None,
    "decided_by_id": None,
    "decided_at": None,
    "remark": "",
    "due_at": None,
}


def templates_for(user: User) -> list[Template]:
    """The templates that he answers with, in the order of the list: by kind, then by name."""
    mine = Template.objects.exclude(kind__in=ASKING).filter(open_to(user))
    mine = mine.select_related("agency", "theme", "group")
    order = list(Answer.Kind.values)
    return sorted(mine, key=lambda one: (order.index(one.kind), one.title.lower()))


def open_to(user: User) -> Q:
    """Templates of the whole region, of the agencies that his grants reach, and of those above them."""
    opened = Q(agency=None)
    for grant in grants_of(user):
        if grant.agency is None:
            return Q()
        above = [int(pk) for pk in grant.agency.path.strip("/").split("/") if pk]
        opened |= Q(agency__path__startswith=grant.agency.path) | Q(agency__in=above)
    return opened


@dataclass(slots=True)
class Answering(Act):
    """`outcome_code` and its `ground` go with answers that end a card, `promised_on` with those that promise a day."""

    template: Template
    outcome_code: str = ""
    promised_on: date | None = None
    ground: tuple[str, str, date | None] = ("", "", None)
    _texts: dict[int, str] = field(default_factory=dict)
    _messages: dict[int, Message] = field(default_factory=dict)
    _begun: set[int] = field(default_factory=set)

    key = "answer"
    title = gettext_lazy("Ответить по шаблону")
    icon = "message-2"
    move = "submit"

    @classmethod
    def choices(cls, user: User) -> dict[str, Any]:
        kinds = [(kind, str(kind.label)) for kind in Answer.Kind if kind not in ASKING]
        templates = templates_for(user)
        groups = [(kind, title, [one for one in templates if one.kind == kind]) for kind, title in kinds]
        today = timezone.localdate(clock.now())
        return {
            "groups": [group for group in groups if group[2]],
            "outcomes": Outcome.choices,
            "today": today,
            "proofs": grounds_of(NOTED),
            "reasons": grounds_of(REASONS),
        }

    @classmethod
    def read(cls, form_data: QueryDict, user: User) -> Self:
        template = Template.objects.select_related("agency").filter(
            ~Q(kind__in=ASKING), open_to(user), pk=integer(form_data.get("template"))
        )
        chosen = template.first()
        if chosen is None:
            raise Unready("template", _("Выберите шаблон ответа."))
        if not chosen.text.strip():
            raise Unready("template", _("Этот шаблон пуст: выберите другой."))
        outcome = form_data.get("outcome", "") if chosen.kind in ENDING else ""
        if chosen.kind in ENDING and outcome not in Outcome.values:
            raise Unready("outcome", _("Выберите итог: решено, разъяснено, не решено или отложено."))
        day = day_in(form_data.get("promised_on", "")) if chosen.kind == Answer.Kind.INTERIM else None
        today = timezone.localdate(clock.now())
        if chosen.kind == Answer.Kind.INTERIM and (day is None or not today <= day <= today + FURTHEST):
            raise Unready("promised_on", _("Укажите день, до которого будет решение: сегодня или позже."))
        return cls(chosen, outcome, day, _ground(form_data, outcome, chosen.text, today))

    def prepare(self, cards: Sequence[Incident], at: datetime) -> None:
        self._messages = {pk: link.message for pk, link in main_links(cards).items()}
        facts = facts_of_many(cards, self._messages, at)
        self._texts = {pk: fill(self.template.text, known) for pk, known in facts.items()}
        begun = Answer.objects.filter(incident__in=[card.pk for card in cards], state__in=BEGUN)
        self._begun = set(begun.values_list("incident_id", flat=True))

    def obstacle(self, card: Incident) -> str:
        wrong = wrong_state(card, ANSWERED)
        if wrong:
            return wrong
        if card.answered_with_id:
            return _("отвечают вместе с другой карточкой")
        if card.pk in self._begun:
            return _("ответ уже начат: откройте карточку")
        if self.template.agency_id and self.template.agency_id != card.agency_id:
            return _("шаблон другого ведомства")
        message = self._messages.get(card.pk)
        if message is None:
            return _("нет сообщения, на которое отвечать")
        if message.deleted_at:
            return _("житель удалил сообщение")
        return self._unfit(self._texts[card.pk], message)

    def _unfit(self, text: str, message: Message) -> str:
        holes = left_open(text)
        if holes:
            return _("в шаблоне нечем заполнить %s") % ", ".join(holes[:3])
        if _GAP.search(text):
            return _("в шаблоне есть пропуски «…»: заполните их на карточке")
        against = objections(Answer(reply_to=message, text=text, direct=_direct(message)))
        return translated(against[0]) if against else ""

    def outcome(self, card: Incident) -> str:
        return _("на согласование: %s") % self.template.title

    def sample(self, card: Incident) -> str:
        return self._texts.get(card.pk, "")

    def press(self, card: Incident) -> Call:
        message = main_message(card)
        # Read anew: the card or its clocks may have changed since the preview.
        text = fill(self.template.text, facts_of(card, message))
        problem = self._unfit(text, message)
        if problem:
            raise Held(problem)
        ground, ground_words, ground_on = self.ground
        draft = Draft(
            version=0,
            text=text,
            kind=self.template.kind,
            message=message.pk,
            outcome=self.outcome_code or None,
            promised_on=self.promised_on,
            ground=ground or None,
            ground_words=ground_words,
            ground_on=ground_on,
        )
        return Call(WRITE_AND_SUBMIT, draft)

    def finish(self, result: Answer, row: Undoable) -> bool:
        """A picture knows nothing of answers written since: tell it what becomes of this one."""
        row.before["picture"]["answer"][str(result.pk)] = _TAKEN_BACK
        return True


def _ground(form_data: QueryDict, outcome: str, text: str, today: date) -> tuple[str, str, date | None]:
    """What all of these endings rest on: one note for all of them. Cards where nothing can be done do not need it.
    Raises Unready."""
    ground, words, on = ground_of(form_data, outcome)
    problem = missing(Ending(outcome, text, 0, ground, words, on, today))
    if problem:
        raise Unready("proof" if outcome == Outcome.SOLVED else "why", translated(problem))
    return ground, words, on


def _direct(message: Message) -> bool:
    return message.place == Message.Place.DIRECT
