"""The journal and the looks at cards: who reads them, what is told and found, as a table too, and whether the chain is
whole."""

import csv
import io
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone, translation

from otklik.answers.models import Template
from otklik.desk.admin import chain, journal
from otklik.desk.admin.journal_words import OTHERS, Line, verbs
from otklik.desk.card.journal_words import SENTENCES
from otklik.desk.tests.forms import confirm, save
from otklik.desk.tests.pages import assert_answers, assert_shows, page_at
from otklik.inbox.models import Author
from otklik.incidents.workflow import record
from otklik.journal import book, looks, seals
from otklik.journal.models import Entry, Look
from otklik.lib import clock
from otklik.people import accounts, agencies
from otklik.people.accounts import Name, Reach
from otklik.people.models import Agency, Role, User
from otklik.routing.models import Calendar, Norm, Rule
from tests.make.people import signed_in
from tests.make.town import Town

pytestmark = pytest.mark.django_db
PAGE, TABLE, LOOKS = "/admin/journal/", "/admin/journal/export/", "/admin/journal/looks/"


def write(town: Town, verb: str = "row.retry", by: User | None = None, days: int = 0, **columns: Any) -> Entry:
    with book.turn():
        at, actor = clock.now() - timedelta(days=days), f"user:{(by or town.admin).pk}"
        entry = book.write(at=at, actor=actor, verb=verb, **{"subject": "watch:1", **columns})
    seals.seal_all(clock.now())
    return entry


def entries_at(admin: Client, query: str = "", status: int = 200) -> list[int]:
    answer = admin.get(f"{PAGE}?{query}")
    assert answer.status_code == status
    return [line.pk for line in answer.context["lines"]]


def newest(client: Client, verb: str) -> Line:
    lines: list[Line] = client.get(f"{PAGE}?verb={verb}").context["lines"]
    return lines[0]


def text_of(answer: Any) -> str:
    return b"".join(answer.streaming_content).decode()


def table(admin: Client, query: str = "") -> list[list[str]]:
    """Without the head."""
    answer = admin.get(f"{TABLE}?{query}")
    assert answer.status_code == 200
    whole = text_of(answer)
    assert whole.startswith("\ufeffЗапись;")
    return list(csv.reader(io.StringIO(whole[1:]), delimiter=";"))[1:]


def test_what_was_done_reads_as_sentences_and_free_words_are_text_and_kept_for_their_time(town: Town) -> None:
    now = clock.now()
    user = accounts.invite("ivanova", Name("Иванова", "Анна"), Reach(Role.EXECUTOR, town.pumps), town.admin, now)
    accounts.block(user, town.admin, now)
    agencies.move(town.pumps, town.roads, agencies.place_seen(town.pumps), town.admin, now)
    with book.turn():
        record(town.card(), "overdue", at=now, actor="machine:clocks", data={"clock": "first_answer"})
    assert_shows(
        *(page_at(town.auditor, PAGE), "Приглашён сотрудник", "Иванова А.", "Дано полномочие: исполнитель, Насосы"),
        *("Сотрудник заблокирован", "Ведомство переподчинено: Водоканал → Дорожная служба"),
        *("Срок прошёл: первый ответ", "контроль сроков"),
        hides=["/admin/agencies/"],  # who may not open a thing gets no way to it
    )
    assert newest(signed_in(town.auditor), "agency.move").link == ""
    entry = write(town, words="<b>нагрубил</b>\u202e и ушёл")
    assert_shows(page_at(town.auditor, PAGE), "&lt;b&gt;нагрубил", hides=["<b>нагрубил"])
    book.forget_reason(entry)
    assert "нагрубил" not in page_at(town.auditor, PAGE)
    assert chain.check(0).broken == 0
    page = signed_in(town.auditor).get("/admin/privacy/")
    assert [line.days for line in page.context["lines"]] == [30, 365, 365, 365, 180, 365, 30]


def test_things_are_named_as_people_are_and_every_verb_has_words_or_stays(town: Town, admin: Client) -> None:
    twice = {verb for verb in OTHERS if verb.removeprefix("incident.") in SENTENCES}
    # On the card the first is told without whose it was, the others without what sets them apart from their likes.
    alike = {"incident.spoken", "incident.clarified_unassigned", "incident.reopen_unassigned"}
    assert twice <= {"incident.pass_on"} | alike
    titles = [title for _verb, title in verbs()]
    assert sorted(set(titles)) == sorted(titles)
    assert {"user.invite", "grant.take", "agency.move", "incident.assign"} <= dict(verbs()).keys()
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    subjects = {
        f"account:{town.account.pk}": town.account.title,
        f"theme:{town.pipe.pk}": town.pipe.name,
        f"template:{template.pk}": "Вода есть",
        "theme:999999": "",
    }
    for subject in subjects:
        write(town, f"{subject.partition(':')[0]}.edit", subject=subject)
    line_subjects = [line.about for line in admin.get(PAGE).context["lines"]]
    assert line_subjects == list(reversed(subjects.values()))
    assert [row[4] for row in table(admin)] == line_subjects
    write(town, verb="nobody.knows")
    assert "nobody.knows" in page_at(admin, PAGE)


def test_a_rule_a_limit_and_a_day_are_told_with_both_sides_and_of_old_what_is_known(town: Town, admin: Client) -> None:
    rule = Rule.objects.create(agency=town.pumps, theme=town.pipe, place=town.village)
    confirm(admin, f"/admin/rules/{rule.pk}/ending/", {"until": "2090-05-01"})
    assert newest(admin, "rule.end").changes == ["Последний день: без срока → 01.05.2090"]
    Agency.objects.filter(pk=town.pumps.pk).update(short_name="Насосы и К")
    admin.post(f"/admin/rules/{rule.pk}/removal/")
    removed = newest(admin, "rule.remove")
    assert removed.changes[0] == f"{town.pipe.name} · {town.village.name} → Насосы и К"
    assert (removed.about, removed.link) == ("", "")
    template = Template.objects.create(title="Скоро", text="Текст")
    admin.post(f"/admin/templates/{template.pk}/removal/", {"sure": "1"})
    assert newest(admin, "template.remove").words == "Скоро"
    norm = Norm.objects.create(clock="final_answer", minutes=60)
    save(admin, f"/admin/norms/{norm.pk}/", {"clock": "final_answer", "about": "", "hours": "62", "working": "on"})
    assert newest(admin, "norm.edit").what == "Изменён срок: итоговый ответ, все остальные темы"
    confirm(admin, f"/admin/norms/{norm.pk}/removal/", {})
    assert newest(admin, "norm.remove").changes == ["62 ч рабочего времени"]
    (row,) = table(admin, "verb=norm.remove")
    assert row[3] == "Убран срок: итоговый ответ, все остальные темы; 62 ч рабочего времени"
    Calendar.objects.create(title="Рабочая неделя", default=True, special_days={"2026-12-31": 7.5})
    confirm(admin, "/admin/calendars/day/", {"day": "2026-12-31", "hours": "0"})
    day = newest(admin, "calendar.edit")
    assert (day.changes, day.link) == (["31.12.2026: рабочих часов 7,5 → выходной"], "/admin/calendars/")
    fields = {"role": Role.OPERATOR, "agency": "", "place": str(town.village.pk), "sure": "1"}
    admin.post(f"/admin/people/{town.executor.pk}/grants/", fields)
    assert newest(admin, "grant.give").what.endswith(f"оператор, все ведомства, {town.village.name}")
    for verb, data, expected in FORMER_DAYS:
        write(town, verb, subject=f"{verb.partition('.')[0]}:999", data=data)
        assert newest(admin, verb).changes == expected, (verb, data)


FORMER_DAYS: tuple[tuple[str, dict[str, object], list[str]], ...] = (
    ("rule.edit", {"agency": 0, "theme": 0, "group": 0, "place": 0, "since": "", "until": "", "was": 0}, []),
    ("rule.remove", {"agency": 999}, ["Чьё это: № 999"]),
    ("rule.end", {"until": "2026-01-02"}, ["Последний день: 02.01.2026"]),
    ("template.edit", {"kind": "final", "theme": 0, "group": 0, "agency": 0}, []),
    ("template.remove", {"kind": "final"}, []),
    ("agency.edit", {"territory": 999}, []),
    ("account.edit", {"agency": 999}, []),
    ("theme.edit", {"kind": "solvable", "severity": 2, "fast": False, "keywords": 1}, []),
    ("norm.edit", {"was": 60, "clock": "first_answer", "minutes": 120}, ["1 ч подряд → 2 ч подряд"]),
    ("norm.edit", {}, []),
    ("norm.apply", {"moved": 3, "last": 9}, ["Сроков: 3."]),
    ("calendar.edit", {"opens": 510, "closes": 1050}, ["08:30–17:30"]),
    ("calendar.edit", {"day": "2026-12-31", "hours": -1}, ["31.12.2026: как в производственном календаре"]),
    ("account.key", {"kind": "community"}, ["Ключ сообщества."]),
    ("account.key", {"kind": "no-such"}, []),
)


def test_entries_are_found_by_person_verb_card_period_and_subject(town: Town, admin: Client) -> None:
    card = town.card()
    opened = Entry.objects.get(incident=card.pk).pk
    old, mine = write(town, days=10).pk, write(town, by=town.operator).pk
    about = write(town, "user.edit", by=town.auditor, subject="user:77").pk
    today, then = timezone.localdate(), timezone.localdate() - timedelta(days=9)
    for query, wanted in {
        "": [about, mine, old, opened],
        "verb=row.retry": [mine, old],
        "who=operator": [mine],
        "who=OPERATOR+мария": [mine],
        f"user={town.admin.pk}&verb=row.retry": [old],
        "who=machine": [opened],
        f"card={card.number}": [opened],
        f"card=№+{card.number}": [opened],
        "subject=user:77": [about],
        f"until={then}": [old],
        f"since={today - timedelta(days=1)}&until={today}": [about, mine, opened],
        f"since={today - timedelta(days=12)}&until={then}&verb=row.retry": [old],
        "since=2001-01-01&until=2001-02-01": [],
        "since=2199-01-01": [],
        # What is senseless is left out.
        "verb=nothing&before=x&user=x": [about, mine, old, opened],
        "before=" + "9" * 40: [about, mine, old, opened],
        f"user={10**17}": [],
    }.items():
        assert entries_at(admin, query) == wanted, query
    assert '<span class="list-count">2</span>' in page_at(admin, f"{PAGE}?verb=row.retry")


def test_a_wrong_question_is_told_in_words_and_finds_nothing(town: Town, admin: Client) -> None:
    write(town)
    for query, expected in (
        ("who=никто", "Такого сотрудника нет"),
        ("who=мария", "подходят несколько"),
        *((f"card={card}", "Карточки с таким номером нет") for card in ("999999", "x", "9" * 50)),
        *((day, "Даты пишут так") for day in ("since=завтра", "since=2026-02-31", "until=9999-12-31")),
        ("since=2026-02-02&until=2026-02-01", "позже конца"),
        *((f"subject={subject}", "пишут так: user:5") for subject in ("<script>", "user")),
    ):
        assert entries_at(admin, query, status=400) == [], query
        page = admin.get(f"{PAGE}?{query}").content.decode()
        assert expected in page
        assert "<script>" not in page.partition("ad-filters")[2]
        assert admin.get(f"{TABLE}?{query}").status_code == 400


def test_the_table_holds_what_the_page_shows_and_no_phone_of_a_person(town: Town, admin: Client) -> None:
    card = town.card()
    formula = write(town, words="=cmd|' /C calc'!A0; и \"кавычки\"\nи строки")
    person = write(town, words="Соколова А. И., кв. 41, просила звонить 8 938 111-22-33")
    rows = table(admin)
    opened = Entry.objects.get(incident=card.pk)
    assert [row[0] for row in rows] == [str(entry.pk) for entry in (person, formula, opened)]
    assert rows[0][-1] == "[имя], кв. [номер], просила звонить [телефон]"
    assert rows[1][7].startswith("'=cmd")
    assert rows[2][5] == str(card.number)
    assert [row[0] for row in table(admin, "verb=row.retry")] == [str(person.pk), str(formula.pk)]
    assert "8 938 111-22-33" in page_at(admin, PAGE)


def test_the_table_is_read_in_pieces_in_the_readers_language_and_who_took_it_is_written_down(
    town: Town, admin: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = [write(town).pk for _ in range(25)]
    monkeypatch.setattr(journal, "PIECE", 10)
    assert [int(row[0]) for row in table(admin)] == made[::-1]
    taken = Entry.objects.get(verb="export.take")  # that the table was taken is an entry like any other
    assert (taken.actor, taken.subject, taken.data) == (f"user:{town.admin.pk}", "export:journal", {})
    monkeypatch.setattr(journal, "MOST_EXPORTED", 12)
    assert [int(row[0]) for row in table(admin)] == [taken.pk, *made[:-12:-1]]
    admin.cookies["django_language"] = "en"
    answer = admin.get(TABLE)
    assert translation.get_language() == "ru"
    whole = text_of(answer)
    with translation.override("en"):
        assert whole[1:].startswith(translation.gettext("Запись"))


# Whether the chain is whole.
CHAIN = "/admin/journal/chain/"


def checked(admin: Client, after: int = 0, upto: int = 0) -> dict[str, int]:
    body: dict[str, int]
    body = admin.post(CHAIN, {"after": after, "upto": upto}, headers={"Accept": "application/json"}).json()
    return body


def test_a_whole_chain_is_called_whole_by_pieces(town: Town, admin: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert checked(admin) == {"upto": 0, "last": 0, "broken": 0, "over": True, "percent": 100}
    made = [write(town, words="потому что").pk for _ in range(4)]
    assert checked(admin)["over"]
    assert_answers(signed_in(town.auditor).post(CHAIN), 200, f"Цепочка цела, записей до {made[-1]}")
    monkeypatch.setattr(chain, "PIECE", 3)
    body = checked(admin)
    assert (body["upto"], body["last"], body["over"]) == (made[2], made[3], False)
    assert_shows(page_at(admin, PAGE), hides=["Ещё без печати"])
    with book.turn():
        book.write(at=clock.now(), actor="machine:test", verb="row.retry", subject="watch:1")
    assert_shows(page_at(admin, PAGE), "Ещё без печати записей: 1, с ")
    assert checked(admin, body["upto"], body["last"])["over"]
    for nonsense in ("-1", "x", "9" * 40):
        assert admin.post(CHAIN, {"after": nonsense, "upto": nonsense}).status_code == 200


def tamper(sql: str) -> None:
    """What the triggers refuse, as somebody with the keys of the database would do it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_no_update")
            cursor.execute("DROP TRIGGER journal_no_delete")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_no_change")
        cursor.execute(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE journal_entry SET actor = 'user:999' WHERE id = {0}",
        "DELETE FROM journal_entry WHERE id = {0}",
        "UPDATE journal_reason SET text = 'другое' WHERE entry_id = {0}",
    ],
)
def test_a_changed_row_is_named_whatever_the_pieces(
    town: Town, admin: Client, monkeypatch: pytest.MonkeyPatch, sql: str
) -> None:
    made = [write(town, words="потому").pk for _ in range(9)]
    if "DELETE" in sql:
        book.forget_reason(Entry.objects.get(pk=made[4]))
    tamper(sql.format(made[4]))
    for piece in (2, 1000):
        monkeypatch.setattr(chain, "PIECE", piece)
        body = checked(admin)
        while not body["over"]:
            body = checked(admin, body["upto"], body["last"])
        assert body["broken"] == made[4] == seals.broken_at()
    page = admin.post(CHAIN, {"after": made[2], "upto": made[8]})
    assert f"нарушена на записи {made[4]}" in page.content.decode()


# Who has looked at which card.
def looks_on_page(admin: Client, asked: str = "") -> list[tuple[str, int]]:
    return [(line.who, line.card) for line in admin.get(f"{LOOKS}{asked}").context["lines"]]


def test_who_opens_a_card_is_written_down_and_the_line_outlives_card_and_person(town: Town, admin: Client) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor, town.executor, town.other):
        signed_in(user).get(f"/incidents/{card.pk}/")
    assert sorted(Look.objects.values_list("user", "incident")) == [
        (town.operator.pk, card.pk),
        (town.executor.pk, card.pk),
    ]
    for user in (town.operator, town.executor, town.approver):
        assert "journal/looks" not in page_at(user, f"/incidents/{card.pk}/talk/")
    assert f"{LOOKS}?card={card.number}" in page_at(town.auditor, f"/incidents/{card.pk}/talk/")
    looks.note(10**9, 10**9, clock.now())
    assert looks_on_page(admin)[0] == ("", 0)
    assert "карточки уже нет" in page_at(admin, LOOKS)


def test_looks_are_found_by_person_card_day_and_the_profile_of_the_author(town: Town, admin: Client) -> None:
    one, two = town.assigned(), town.card()
    for user, card in ((town.operator, one), (town.executor, one), (town.operator, two)):
        looks.note(user.pk, card.pk, clock.now())
    author = one.messages.get().author
    Author.objects.filter(pk=author.pk).update(external_id=f"id{author.external_id}")  # as VKontakte's connector has it
    newer, his, older = (town.operator, two.number), (town.executor, one.number), (town.operator, one.number)
    for asked, wanted in {
        "": [newer, his, older],
        f"?user={town.operator.pk}": [newer, older],
        f"?card={one.number}": [his, older],
        "?since=2001-01-01&until=2001-01-02": [],
        f"?author={author.url}": [his, older],
        f"?author={author.url.replace('https://vk.com', 'm.vk.com')}/": [his, older],
    }.items():
        assert looks_on_page(admin, asked) == [(user.initials, number) for user, number in wanted], asked
    for wrong in ("who=machine", "who=нетакого", "card=999999", "since=вчера", "author=vk.com/id999999"):
        page = admin.get(f"{LOOKS}?{wrong}")
        assert (page.status_code, page.context["lines"]) == (400, []), wrong
