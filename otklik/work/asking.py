"""Verbs of a question about a part of the card, to somebody outside by a link or to another agency of the region."""

from typing import Annotated, Any

from annotated_types import Ge, Le
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from pydantic import StringConstraints

from otklik.incidents.models import Incident
from otklik.incidents.workflow import MOVES
from otklik.people.models import Agency
from otklik.routing import outside
from otklik.routing.models import Inquiry
from otklik.routing.outside import LONGEST, MOST_SHOWN, SHORTEST, USUAL, Ask, Asked
from otklik.work.cards import Plain
from otklik.work.kinds import Clean, Must, SomeWords, some_words
from otklik.work.verb import Input, Press, Refused, Verb

Question = Annotated[SomeWords, Must(gettext_lazy("Напишите вопрос: что нужно узнать или сделать."))]
LinkDays = Annotated[int, Ge(SHORTEST), Le(LONGEST), Must(gettext_lazy("Ссылка может действовать от 1 до 14 дней."))]
AnswerDays = Annotated[int, Ge(SHORTEST), Le(LONGEST), Must(gettext_lazy("Ждать ответа можно от 1 до 14 дней."))]


class OutsideQuestion(Input):
    """To whom, what, and what of the citizen's is shown with it."""

    name: Annotated[str, some_words(120), Clean, Must(gettext_lazy("Напишите, кого спрашиваете: имя или организацию."))]
    words: Question
    days: LinkDays = USUAL
    email: Annotated[str, StringConstraints(max_length=254), Clean] = ""
    with_text: bool = False
    pictures: list[int] = []


class AgencyQuestion(Input):
    agency: Annotated[int, Ge(1), Must(gettext_lazy("Выберите, какое ведомство спросить."))]
    words: Question
    days: AnswerDays = USUAL
    with_text: bool = False
    pictures: list[int] = []


class Renewal(Input):
    days: LinkDays = USUAL


def _ask_outside(press: Press[Incident], data: OutsideQuestion) -> Asked:
    email = data.email if settings.MAIL_GOES else ""
    try:
        if email:
            validate_email(email)
    except ValidationError:
        raise Refused(422, _("Адрес почты не похож на настоящий: исправьте его или оставьте пустым.")) from None
    pictures = tuple(data.pictures[:MOST_SHOWN])
    question = Ask(data.name, data.words, data.days, email=email, text=data.with_text, pictures=pictures)
    return outside.ask(press.card, question, press.by, press.at)


def _ask_agency(press: Press[Incident], data: AgencyQuestion) -> Asked:
    agency = Agency.objects.filter(pk=data.agency, active=True).first()
    if agency is None:
        raise Refused(422, _("Выберите, какое ведомство спросить."))
    pictures = tuple(data.pictures[:MOST_SHOWN])
    question = Ask(agency.short_name, data.words, data.days, text=data.with_text, pictures=pictures, agency=agency)
    return outside.ask(press.card, question, press.by, press.at)


def _revoke(press: Press[Inquiry], _data: Plain) -> None:
    """The link works no longer."""
    outside.revoke(press.thing, press.by, press.at)


def _renew(press: Press[Inquiry], data: Renewal) -> Asked:
    """The same question by a new link; the old one works no longer."""
    return outside.renew(press.thing, data.days, press.by, press.at)


_WRITERS: Any = {"permissions": MOVES["submit"].permissions, "undo": False}
ASK_OUTSIDE = Verb(name="outside_ask", schema=OutsideQuestion, do=_ask_outside, **_WRITERS)
ASK_AGENCY = Verb(name="second_ask", schema=AgencyQuestion, do=_ask_agency, **_WRITERS)
REVOKE = Verb(name="outside_revoke", schema=Plain, do=_revoke, **_WRITERS)
RENEW = Verb(name="outside_renew", schema=Renewal, do=_renew, **_WRITERS)
