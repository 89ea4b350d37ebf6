"""Every form of «Управление»: two administrators with one thing open, what the journal tells, what no field takes, and
the question before something ends."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import time
from operator import attrgetter

import pytest
from allauth.mfa.models import Authenticator
from django.db.models import Model
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from otklik.answers import keeping as templates
from otklik.desk.tests.account_data import an_account
from otklik.desk.tests.forms import Fields, Kind, agreed, all_rows, filled, place_of, save, seen
from otklik.desk.tests.kinds import KINDS, a_hook, a_model, a_norm, a_program, a_role, a_rule, a_template, own_calendar
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at
from otklik.desk.tests.test_admin_journal import newest
from otklik.journal.models import Entry
from otklik.lib import clock
from otklik.lib.refusal import Refused
from otklik.networks import keeping as networks
from otklik.networks.models import Source
from otklik.people import accounts, agencies
from otklik.people.models import Role, User
from otklik.routing import calendars, rules
from otklik.routing.models import Calendar, Norm
from otklik.routing.norms import Allowed
from otklik.themes.models import Theme
from tests.make.people import person, signed_in
from tests.make.town import Town

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("names")]
EACH = pytest.mark.parametrize("kind", KINDS.values(), ids=KINDS)


@EACH
def test_the_second_to_save_undoes_nothing_and_the_journal_tells_it_all(town: Town, admin: Client, kind: Kind) -> None:
    row = kind.make(town)
    address, model = place_of(kind.address, town, row), type(row)
    second = signed_in(person("second-admin", Role.ADMINISTRATOR))
    opened, changed = seen(second, address), filled({**kind.current, **kind.first}, town)

    def changes(fields: Fields) -> bool:
        return "Ничего не изменилось." not in page_at(admin, save(admin, address, fields)["Location"])

    assert not changes(filled(kind.current, town))
    assert not Entry.objects.exists()
    assert changes(changed)
    entry, line = Entry.objects.get(verb=kind.verb), newest(admin, kind.verb)
    assert entry.actor == f"user:{town.admin.pk}"
    assert not re.search("[А-Яа-яЁё]", str(entry.data)), "words of people are its free words alone"
    assert (line.about, line.changes, line.words) == (kind.called, [*kind.changes], kind.words)
    if entry.subject.endswith(f":{row.pk}"):
        pages = {Calendar: "/admin/calendars/", Source: ""}
        assert line.link == pages.get(model, address.removesuffix("names/"))
    chip = f'<a class="chip ad-about" href="{line.link}">{escape(line.about)}</a>' if line.link else ""
    markup, own = ["<b>", "<i>Насосы", "\u202e"], [] if model in (Calendar, User) else [line.what, *kind.changes]
    assert_shows(page_at(admin, "/admin/journal/"), *kind.changes, chip, hides=markup)
    assert_shows(page_at(admin, address), *own, hides=markup)
    assert_shows(admin.get(address.rsplit("/", 2)[0] + "/", follow=True).content.decode(), hides=markup)

    stored_rows, written = all_rows(model), Entry.objects.count()
    assert not changes(changed), "all of it stands already"
    mine = filled({**kind.current, **kind.second}, town)
    for late in ({"seen": opened}, {"seen": opened, "sure": "1"}, {}, {"sure": "1"}):
        answer = second.post(address, {**mine, **late})
        assert_answers(answer, 409, "Сверьте поля и сохраните снова.", kind.now)
        assert all((answer.context["form"][name].value() or None) == typed for name, typed in kind.second.items())
        assert (all_rows(model), Entry.objects.count()) == (stored_rows, written)
    # He has seen it now: both changes, if that is what he wants.
    both = filled({**kind.current, **kind.first, **kind.second, "sure": "1"}, town)
    assert second.post(address, {**both, "seen": answer.context["form"]["seen"].value()}).status_code == 302
    assert all_rows(model) != stored_rows


@EACH
def test_what_no_field_takes_is_told_beside_it_and_nothing_is_written(town: Town, admin: Client, kind: Kind) -> None:
    row = kind.make(town)
    address, before = place_of(kind.address, town, row), all_rows(type(row))
    ways = {address: {**kind.current, "seen": seen(admin, address)}}
    ways |= {kind.adding: {**kind.current, **kind.new}} if kind.adding else {}
    for expected, fields in ((expected, fields) for expected, some in kind.wrong.items() for fields in some):
        pages = {
            page: admin.post(page, filled({**whole, **fields, "sure": "1"}, town))
            for page, whole in ways.items()
            if set(fields) <= set(whole)
        }
        answers = {(page.status_code, expected in page.content.decode()) for page in pages.values()}
        assert answers == {(422, True)}, (expected, str(fields)[:80])
    assert all_rows(type(row)) == before
    assert not Entry.objects.exists()


@dataclass(frozen=True, slots=True)
class Ending:
    """A page that asks before it does, with `words` in the question: by a look at it, or where `sure` by a press
    without `sure=1`. `meanwhile` is what somebody else turns in the row before the answer."""

    make: Callable[[Town], Model]
    address: str
    verb: str
    words: str
    sure: bool = True
    fields: Fields = field(default_factory=dict)
    meanwhile: Fields = field(default_factory=dict)


def retired(town: Town) -> Model:
    Theme.objects.filter(pk=town.pipe.pk).update(retired_on=timezone.localdate())
    return town.pipe


def a_second_factor(town: Town) -> Model:
    made: Model = Authenticator.objects.create(user=town.executor, type=Authenticator.Type.TOTP, data={})
    return made


def an_account_off(town: Town) -> Model:
    return an_account(town, active=False)


LAST, AFTER = "2090-12-01", "2091-12-01"
PUMPS, PIPE, WORKER = attrgetter("pumps"), attrgetter("pipe"), attrgetter("executor")
BELOW = "Ведомств вместе с подчинёнными: 1"
ENDINGS = (
    Ending(WORKER, "people/$executor/blocking/", "user.block", "Заблокировать", sure=False),
    Ending(a_second_factor, "people/$executor/second-factor/", "user.second_factor_reset", "одного пароля", sure=False),
    Ending(a_program, "programs/$pk/revocation/", "program.revoke", "перестанет", sure=False),
    Ending(a_role, "roles/$pk/removal/", "role.remove", "В журнале она останется.", sure=False),
    Ending(PUMPS, "agencies/$pumps/closing/", "agency.close", "Насосы", sure=False),
    Ending(PUMPS, "agencies/$pumps/parent/", "agency.move", BELOW, True, {"parent": ""}, {"parent": "$roads"}),
    Ending(a_rule, "rules/$pk/removal/", "rule.remove", "Удалить правило", sure=False),
    Ending(a_rule, "rules/$pk/ending/", "rule.end", "01.12.2091", True, {"until": AFTER}, {"until": LAST}),
    Ending(a_template, "templates/$pk/removal/", "template.remove", "Починим"),
    Ending(
        *(PIPE, "classifier/$pipe/retirement/", "theme.retire", "Не предлагать с 01.12.2091."),
        *(True, {"on": AFTER}, {"retired_on": LAST}),
    ),
    Ending(retired, "classifier/$pipe/return/", "theme.return", "Вернуть тему"),
    Ending(a_norm, "norms/$pk/removal/", "norm.remove", ">Убрать</button>", meanwhile={"minutes": 90}),
    Ending(
        own_calendar,
        *("calendars/agencies/$water/removal/", "calendar.remove", "Водоканал"),
        meanwhile={"weekdays": [0]},
    ),
    Ending(an_account, "accounts/$pk/switching-off/", "account.off", "Город отвечает"),
    Ending(an_account_off, "accounts/$pk/switching-on/", "account.on", "Город отвечает"),
    Ending(attrgetter("source"), "sources/$source/switching-off/", "source.off", "Не читать"),
    Ending(a_hook, "hooks/$pk/switching-off/", "hook.off", "ПОС"),
    Ending(a_model, "learned/$pk/withdrawal/", "model.withdraw", "Отозвать модель"),
)


@pytest.mark.parametrize("ending", ENDINGS, ids=lambda one: one.verb)
def test_what_ends_is_asked_about_first_and_ends_once_as_it_was_then(town: Town, admin: Client, ending: Ending) -> None:
    row = ending.make(town)
    address = f"/admin/{place_of(ending.address, town, row)}"
    fields, rows = filled(ending.fields, town), type(row)._default_manager

    def question() -> dict[str, str]:
        asked = admin.post(address, fields) if ending.sure else admin.get(address)
        assert_answers(asked, 200, ending.words)
        return {**fields, **{one.name: str(one.value) for one in asked.context["sure"].kept}, "sure": "1"}

    ended = Entry.objects.filter(verb=ending.verb)
    before, kept = all_rows(type(row)), question()
    assert (all_rows(type(row)), ended.exists()) == (before, False), "nobody has said that he is sure"
    if ending.meanwhile:
        rows.filter(pk=row.pk).update(**filled(ending.meanwhile, town))
        before = all_rows(type(row))
        for late in (kept, {**kept, "seen": ""}):
            assert "Пока вы смотрели" in page_at(admin, admin.post(address, late)["Location"])
            assert (all_rows(type(row)), ended.exists()) == (before, False)
        kept = question()
    for _twice in range(2):
        admin.post(address, kept)
    assert all_rows(type(row)) != before
    whose = town.executor if "$executor" in ending.address else row
    assert ended.get().actor == f"user:{town.admin.pk}"
    assert ended.get().subject.endswith(f":{whose.pk}")
    assert newest(admin, ending.verb).what != ending.verb, "the journal has words for it"


def test_what_was_saved_added_or_taken_away_meanwhile_is_asked_about_anew(town: Town, admin: Client) -> None:
    norm = {"clock": "first_answer", "about": "", "hours": "2", "minutes": "", "working": "on"}
    forms = {"/admin/norms/addition/": norm, "/admin/calendars/day/": {"day": "2026-12-31", "hours": "5"}}
    kept = {address: agreed(admin, address, fields) for address, fields in forms.items()}
    Norm.objects.create(clock="first_answer", minutes=60)
    Calendar.objects.create(title="Рабочая неделя", default=True, special_days={"2026-12-31": 7})
    for (address, fields), expected in zip(kept.items(), ("Сейчас записано: 1", "Сейчас записано: 7"), strict=True):
        assert_answers(admin.post(address, {**fields, "sure": "1"}), 409, expected)
    assert (Norm.objects.get().minutes, Calendar.objects.get().special_days) == (60, {"2026-12-31": 7})
    assert not Entry.objects.exists()
    del norm["working"]
    agreement = agreed(admin, "/admin/norms/addition/", norm)
    Norm.objects.all().delete()
    answer = admin.post("/admin/norms/addition/", {**agreement, "sure": "1"})
    assert_answers(answer, 409, "этот срок убрали")
    assert not Norm.objects.exists()
    again = {**agreement, "seen": answer.context["form"]["seen"].value(), "sure": "1"}
    assert admin.post("/admin/norms/addition/", again).status_code == 302
    assert Norm.objects.get().minutes == 120
    rule = KINDS["rule"]
    address = place_of(rule.address, town, rule.make(town))
    second, first = (filled({**rule.current, **turn}, town) for turn in (rule.second, rule.first))
    question = agreed(admin, address, {**second, "seen": seen(admin, address)})
    save(admin, address, first)
    assert admin.post(address, {**question, "sure": "1"}).status_code == 409


def test_the_verbs_themselves_compare_within_their_turn(town: Town) -> None:
    by, now = town.admin, clock.now()
    account, rule, template = an_account(town), a_rule(town), a_template(town)
    verbs: tuple[Callable[[], object], ...] = (
        lambda: accounts.rename(town.executor, accounts.Name("Н", "А"), "old", by, now),
        lambda: agencies.change(town.pumps, agencies.AgencyInput("Н", "Н"), "old", by, now),
        lambda: networks.change(account, networks.AccountInput("Н"), "old", by, now),
        lambda: rules.change(rule, rules.RuleInput(town.water, rule.theme), "old", by, now),
        lambda: templates.change(template, templates.TemplateInput("Н", "final", "Н"), "old", by, now),
        lambda: calendars.set_norm(Allowed("first_answer", None, False, 60, True), "old", by, now),
        lambda: calendars.set_hours(time(9), time(18), "old", by, now),
        lambda: calendars.set_day(now.date(), 5, "old", by, now),
    )
    for late in verbs:
        with pytest.raises(Refused, match="overtaken"):
            late()
    assert not Entry.objects.exists()
