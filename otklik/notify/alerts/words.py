"""What a letter says: numbers, themes and links. Never a word or a name of a citizen: it leaves the house."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from otklik.answers.models import Statement
from otklik.answers.statements import read_once_with
from otklik.notify.alerts.alarms import title_of
from otklik.notify.alerts.models import Alert, Kind, Surge

MOST_LISTED = 10


@dataclass(frozen=True, slots=True)
class Text:
    """`subject` is for mail alone."""

    subject: str
    body: str


def text_of(alerts: Sequence[Alert], site: str) -> Text:
    """One thing with its link, or counts of each kind and the first of them. In the language that is active."""
    if len(alerts) == 1:
        line = _line(alerts[0])
        return Text(f"{_('Отклик')}: {line}", f"{line}\n{_link(alerts[0], site)}")
    counts = Counter(_title(alert) for alert in alerts)
    heads = [f"{title}: {number}" for title, number in counts.most_common()]
    shown = [f"{_line(alert)}\n{_link(alert, site)}" for alert in alerts[:MOST_LISTED]]
    rest = [f"{_('Все')}: {site}/notices/"] if len(alerts) > MOST_LISTED else []
    subject = f"{_('Отклик')}: {_('оповещений')} {len(alerts)}"
    return Text(subject, "\n".join(heads) + "\n\n" + "\n".join([*shown, *rest]))


def _line(alert: Alert) -> str:
    if alert.surge:
        return about_surge(alert.surge)
    statement = statement_of(alert)
    if statement is not None:
        return about_statement(alert, statement)
    what = about_part(alert) or about_reply(alert) or _title(alert)
    if alert.incident is None:
        return what
    theme = f", {alert.incident.theme.name}" if alert.incident.theme else ""
    return f"{what}. № {alert.incident.number}{theme}"


def about_surge(surge: Surge) -> str:
    """What has begun, where, and how many write: figures alone, as in all that leaves the house."""
    params = {
        "matter": surge.matter,
        "place": surge.place.name,
        "people": surge.people,
        "span": surge.minutes,
    }
    return _("Всплеск жалоб: %(matter)s, %(place)s. Написали %(people)d за %(span)d мин") % params


def statement_of(alert: Alert) -> Statement | None:
    """The statement that the alert is about, with all its answers; None where it is about one card."""
    return read_once_with(alert.answer) if alert.answer and alert.kind in (Kind.APPROVAL, Kind.RETURNED) else None


def about_statement(alert: Alert, statement: Statement) -> str:
    """One line for all its answers. Of the problem only its number and theme: its name is somebody's own words."""
    waits = alert.kind == Kind.APPROVAL
    what = _("Общий ответ ждёт согласования") if waits else _("Общий ответ вернули")
    theme = f", {statement.problem.theme.name}" if statement.problem.theme else ""
    return f"{what}. {_('Проблема')} № {statement.problem.number}{theme}"


def about_part(alert: Alert) -> str:
    """What an alert about a question to a second agency says; "" for any other."""
    if not alert.inquiry_id:
        return ""
    return _("Ваше ведомство спрашивают") if alert.kind == Kind.ASSIGNED else _("Другое ведомство ответило")


def about_reply(alert: Alert) -> str:
    """What an alert about a reply says that could not be read; "" for any other, which its kind says."""
    unclear = alert.rating is not None and not alert.rating.says_something
    return _("Житель ответил: прочтите, доволен ли он") if unclear else ""


def _link(alert: Alert, site: str) -> str:
    if alert.inquiry_id and alert.kind == Kind.ASSIGNED:
        return f"{site}/inquiries/{alert.inquiry_id}/"
    if (statement := statement_of(alert)) is not None:
        return f"{site}/problems/statements/{statement.pk}/"
    if alert.surge_id:
        return f"{site}/surges/{alert.surge_id}/"
    return f"{site}/incidents/{alert.incident_id}/" if alert.incident_id else f"{site}/health/"


def _title(alert: Alert) -> str:
    words = title_of(alert) or str(Kind(alert.kind).label)
    return words[:1].upper() + words[1:]
