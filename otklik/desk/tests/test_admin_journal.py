"""The journal and the looks at cards: who reads them, what is found, as a table too, and whether the chain is whole."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone, translation

from otklik.answers.models import Template
from otklik.desk.admin import chain, journal
from otklik.desk.admin.journal_words import OTHERS, verbs
from otklik.desk.card.journal_words import SENTENCES
from otklik.desk.tests.pages import assert_shows, page_at
from otklik.inbox.models import Author
from otklik.incidents.workflow import record
from otklik.journal import book, looks
from otklik.journal.models import Entry, Look
from otklik.lib import clock
from otklik.networks.models import Account
from otklik.people import accounts, agencies
from otklik.people.accounts import Name, Reach
from otklik.people.models import Role, User
from tests.make.people import signed_in
from tests.make.town import Town, make_town

pytestmark = pytest.mark.django_db
ADDRESSES = ("/admin/journal/", "/admin/journal/export/")


def write(town: Town, verb: str = "row.retry", by: User | None = None, words: str = "", days: int = 0) -> Entry:
    with book.turn():
        return book.write(
            at=clock.now() - timedelta(days=days),
            actor=f"user:{(by or town.admin).pk}",
            verb=verb,
            subject="watch:1",
            words=words,
        )


def found(town: Town, query: str = "", status: int = 200) -> list[int]:
    answer = signed_in(town.admin).get(f"/admin/journal/?{query}")
    assert answer.status_code == status
    return [line.pk for line in answer.context["lines"]]


def text_of(user: User, query: str = "") -> str:
    return signed_in(user).get(f"/admin/journal/?{query}").content.decode()


def table(town: Town, query: str = "") -> list[list[str]]:
    answer = signed_in(town.admin).get(f"/admin/journal/export/?{query}")
    assert answer.status_code == 200
    whole = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert whole.startswith("\ufeff")
    return list(csv.reader(io.StringIO(whole[1:]), delimiter=";"))


def test_what_was_done_to_people_and_agencies_reads_as_sentences(town: Town) -> None:
    now = clock.now()
    user = accounts.invite("ivanova", Name("Иванова", "Анна"), Reach(Role.EXECUTOR, town.pumps), town.admin, now)
    accounts.block(user, town.admin, now)
    agencies.move(town.pumps, town.roads, agencies.place_seen(town.pumps), town.admin, now)
    with book.turn():
        record(town.card(), "overdue", at=now, actor="machine:clocks", data={"clock": "first_answer"})
    shown = text_of(town.auditor)
    for words in (
        "Приглашён сотрудник",
        "Иванова А.",
        "Дано полномочие: исполнитель, Насосы",
        "Сотрудник заблокирован",
        "Ведомство переподчинено: Водоканал → Дорожная служба",
        "Срок прошёл: первый ответ",
        "контроль сроков",
    ):
        assert words in shown, words


def test_accounts_themes_and_templates_are_named_as_people_are(town: Town) -> None:
    account, theme = Account.objects.get(), town.pipe
    template = Template.objects.create(title="Вода есть", text="Воду дали.")
    subjects = {
        f"account:{account.pk}": account.title,
        f"theme:{theme.pk}": theme.name,
        f"template:{template.pk}": "Вода есть",
        "theme:999999": "",
    }
    with book.turn():
        for subject in subjects:
            verb = f"{subject.partition(':')[0]}.edit"
            book.write(at=clock.now(), actor=f"user:{town.admin.pk}", verb=verb, subject=subject)
    told = [line.about for line in signed_in(town.admin).get("/admin/journal/").context["lines"]]
    assert told == list(reversed(subjects.values()))
    assert [row[4] for row in table(town)[1:]] == told


def test_every_verb_of_people_and_agencies_has_words(town: Town) -> None:
    twice = {verb for verb in OTHERS if verb.removeprefix("incident.") in SENTENCES}
    # On the card the first is told without whose it was, the others without what sets them apart from their likes.
    alike = {"incident.spoken", "incident.clarified_unassigned", "incident.reopen_unassigned"}
    assert twice <= {"incident.pass_on"} | alike
    titles = [title for _verb, title in verbs()]
    assert sorted(set(titles)) == sorted(titles)
    assert {"user.invite", "grant.take", "agency.move", "incident.assign"} <= dict(verbs()).keys()
    entry = write(town, verb="nobody.knows")
    assert "nobody.knows" in text_of(town.admin)
    assert found(town) == [entry.pk]


def test_entries_are_found_by_person_verb_card_period_and_subject(town: Town) -> None:
    card = town.card()
    opened = Entry.objects.get(incident=card.pk)
    old, mine = write(town, days=10), write(town, by=town.operator)
    with book.turn():
        about = book.write(at=clock.now(), actor=f"user:{town.auditor.pk}", verb="user.edit", subject="user:77")
    assert found(town) == [about.pk, mine.pk, old.pk, opened.pk]
    assert found(town, "verb=row.retry") == [mine.pk, old.pk]
    assert found(town, "who=operator") == [mine.pk]
    assert found(town, "who=OPERATOR+мария") == [mine.pk]
    assert found(town, f"user={town.admin.pk}&verb=row.retry") == [old.pk]
    assert found(town, "who=machine") == [opened.pk]
    assert found(town, f"card={card.number}") == [opened.pk]
    assert found(town, f"card=№+{card.number}") == [opened.pk]
    assert found(town, "subject=user:77") == [about.pk]
    today, then = timezone.localdate(), timezone.localdate() - timedelta(days=9)
    assert found(town, f"until={then}") == [old.pk]
    assert found(town, f"since={today - timedelta(days=1)}&until={today}") == [about.pk, mine.pk, opened.pk]
    assert found(town, f"since={today - timedelta(days=12)}&until={then}&verb=row.retry") == [old.pk]
    assert found(town, "since=2001-01-01&until=2001-02-01") == []
    assert found(town, "since=2199-01-01") == []
    assert '<span class="list-count">2</span>' in text_of(town.admin, "verb=row.retry")


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("who=никто", "Такого сотрудника нет"),
        ("who=мария", "подходят несколько"),
        ("card=999999", "Карточки с таким номером нет"),
        ("card=x", "Карточки с таким номером нет"),
        ("card=" + "9" * 50, "Карточки с таким номером нет"),
        ("since=завтра", "Даты пишут так"),
        ("since=2026-02-31", "Даты пишут так"),
        ("until=9999-12-31", "Даты пишут так"),
        ("since=2026-02-02&until=2026-02-01", "позже конца"),
        ("subject=<script>", "пишут так: user:5"),
        ("subject=user", "пишут так: user:5"),
    ],
)
def test_a_wrong_question_is_told_in_words_and_finds_nothing(town: Town, query: str, said: str) -> None:
    write(town)
    assert found(town, query, status=400) == []
    assert said in text_of(town.admin, query)
    assert "<script>" not in text_of(town.admin, query).partition("ad-filters")[2]
    assert signed_in(town.admin).get(f"/admin/journal/export/?{query}").status_code == 400


def test_senseless_parameters_are_left_out(town: Town) -> None:
    entry = write(town)
    assert found(town, "verb=nothing&before=x&user=x") == [entry.pk]
    assert found(town, "before=" + "9" * 40) == [entry.pk]
    assert found(town, f"user={10**17}") == []


def test_free_words_are_shown_as_text_and_may_be_forgotten(town: Town) -> None:
    entry = write(town, words="<b>нагрубил</b>\u202e и ушёл")
    assert_shows(text_of(town.auditor), "&lt;b&gt;нагрубил", hides=["<b>нагрубил"])
    book.forget_reason(entry)
    assert "нагрубил" not in text_of(town.auditor)
    assert chain.check(0).broken == 0


def test_the_table_holds_what_the_page_shows(town: Town) -> None:
    card = town.card()
    entry = write(town, words="=cmd|' /C calc'!A0; и \"кавычки\"\nи строки")
    rows = table(town)
    assert rows[0][0] == "Запись"
    assert [row[0] for row in rows[1:]] == [str(entry.pk), str(Entry.objects.get(incident=card.pk).pk)]
    assert rows[1][7].startswith("'=cmd")
    assert rows[2][5] == str(card.number)
    assert [row[0] for row in table(town, "verb=row.retry")[1:]] == [str(entry.pk)]


def test_the_table_is_read_in_pieces_and_has_an_end(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [write(town).pk for _ in range(25)]
    monkeypatch.setattr(journal, "PIECE", 10)
    assert [int(row[0]) for row in table(town)[1:]] == made[::-1]
    monkeypatch.setattr(journal, "MOST_EXPORTED", 12)
    first = Entry.objects.get(verb="export.take").pk  # that the table was taken is an entry like any other
    assert [int(row[0]) for row in table(town)[1:]] == [first, *made[:-12:-1]]


def test_the_table_speaks_the_readers_language_to_its_end(town: Town) -> None:
    write(town)
    client = signed_in(town.admin)
    client.cookies["django_language"] = "en"
    answer = client.get("/admin/journal/export/")
    assert translation.get_language() == "ru"
    whole = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    with translation.override("en"):
        assert whole[1:].startswith(translation.gettext("Запись"))


def checked(town: Town, after: int = 0, upto: int = 0) -> dict[str, int]:
    data = {"after": after, "upto": upto}
    answer = signed_in(town.admin).post("/admin/journal/chain/", data, headers={"Accept": "application/json"})
    told: dict[str, int] = answer.json()
    return told


def test_a_whole_chain_is_called_whole(town: Town) -> None:
    assert checked(town) == {"upto": 0, "last": 0, "broken": 0, "over": True, "percent": 100}
    last = [write(town, words="потому что").pk for _ in range(5)][-1]
    assert checked(town)["over"]
    assert f"Цепочка цела, записей до {last}" in signed_in(town.auditor).post("/admin/journal/chain/").content.decode()


def tamper(sql: str) -> None:
    """What the triggers refuse, as somebody with the keys of the database would do it."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("DROP TRIGGER journal_no_update")
            cursor.execute("DROP TRIGGER journal_no_delete")
        else:
            cursor.execute("ALTER TABLE journal_entry DISABLE TRIGGER journal_no_change")
        cursor.execute(sql)


@pytest.mark.parametrize("piece", [2, 1000])
@pytest.mark.parametrize(
    ("sql", "broken"),
    [
        ("UPDATE journal_entry SET actor = 'user:999' WHERE id = {0}", 0),
        ("DELETE FROM journal_entry WHERE id = {0}", 1),
        ("UPDATE journal_reason SET text = 'другое' WHERE entry_id = {0}", 0),
    ],
)
def test_a_changed_row_is_named_whatever_the_pieces(
    town: Town, monkeypatch: pytest.MonkeyPatch, piece: int, sql: str, broken: int
) -> None:
    monkeypatch.setattr(chain, "PIECE", piece)
    made = [write(town, words="потому").pk for _ in range(9)]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    if "DELETE" in sql:
        book.forget_reason(Entry.objects.get(pk=made[4]))
    tamper(sql.format(made[4]))
    told = checked(town)
    while not told["over"]:
        told = checked(town, told["upto"], told["last"])
    assert told["broken"] == made[4 + broken] == book.broken_at()
    page = signed_in(town.admin).post("/admin/journal/chain/", {"after": made[2], "upto": made[8]})
    assert f"нарушена на записи {made[4 + broken]}" in page.content.decode() or piece == 2


def test_what_is_written_during_the_check_waits_for_the_next(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chain, "PIECE", 3)
    made = [write(town).pk for _ in range(4)]
    told = checked(town)
    assert (told["upto"], told["last"], told["over"]) == (made[2], made[3], False)
    write(town)
    assert checked(town, told["upto"], told["last"])["over"]
    for nonsense in ("-1", "x", "9" * 40):
        client = signed_in(town.admin)
        assert client.post("/admin/journal/chain/", {"after": nonsense, "upto": nonsense}).status_code == 200


def test_the_table_holds_no_phone_of_a_person_in_the_words_of_a_reason(town: Town) -> None:
    write(town, words="Соколова А. И., кв. 41, просила звонить 8 938 111-22-33")
    (row,) = table(town)[1:]
    assert row[-1] == "[имя], кв. [номер], просила звонить [телефон]"
    assert "8 938 111-22-33" in text_of(town.admin)


def test_who_takes_a_file_out_is_written_down_and_nothing_of_what_is_in_it(town: Town) -> None:
    signed_in(town.auditor).get("/admin/journal/export/")
    entry = Entry.objects.get(verb="export.take")
    assert (entry.actor, entry.subject, entry.data) == (f"user:{town.auditor.pk}", "export:journal", {})


@pytest.fixture
def town() -> Town:
    return make_town()


def shown(town: Town, asked: str = "") -> list[tuple[str, int]]:
    page = signed_in(town.admin).get(f"/admin/journal/looks/{asked}")
    return [(line.who, line.card) for line in page.context["lines"]]


def test_who_opens_a_card_is_written_down_and_who_may_not_see_it_is_not(town: Town) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor, town.executor, town.other):
        signed_in(user).get(f"/incidents/{card.pk}/")
    assert set(Look.objects.values_list("user", "incident")) == {
        (town.operator.pk, card.pk),
        (town.executor.pk, card.pk),
    }
    assert Look.objects.count() == 2


def test_they_are_found_by_person_by_card_and_by_day(town: Town) -> None:
    one, two = town.assigned(), town.card()
    looks.note(town.operator.pk, one.pk, clock.now())
    looks.note(town.executor.pk, one.pk, clock.now())
    looks.note(town.operator.pk, two.pk, clock.now())
    mine = town.operator.initials
    assert shown(town) == [(mine, two.number), (town.executor.initials, one.number), (mine, one.number)]
    assert shown(town, f"?user={town.operator.pk}") == [(mine, two.number), (mine, one.number)]
    assert len(shown(town, f"?card={one.number}")) == 2
    assert shown(town, "?since=2001-01-01&until=2001-01-02") == []


def test_cards_and_people_that_are_gone_leave_their_lines(town: Town) -> None:
    looks.note(10**9, 10**9, clock.now())
    assert shown(town) == [("", 0)]
    assert "карточки уже нет" in page_at(town.admin, "/admin/journal/looks/")


@pytest.mark.parametrize("asked", ["?who=machine", "?who=нетакого", "?card=999999", "?since=вчера"])
def test_a_wrong_question_gets_words_and_no_lines(town: Town, asked: str) -> None:
    looks.note(1, 1, clock.now())
    page = signed_in(town.admin).get(f"/admin/journal/looks/{asked}")
    assert page.status_code == 400
    assert page.context["lines"] == []


def test_from_a_card_only_who_reads_the_journal_is_led_to_its_looks(town: Town) -> None:
    card = town.assigned()
    for user in (town.operator, town.executor, town.approver):
        assert "journal/looks" not in page_at(user, f"/incidents/{card.pk}/talk/")
    assert f"/admin/journal/looks/?card={card.number}" in page_at(town.auditor, f"/incidents/{card.pk}/talk/")


def test_they_are_found_by_the_profile_of_the_author(town: Town) -> None:
    hers, other = town.assigned(), town.card()
    for card in (hers, other):
        looks.note(town.operator.pk, card.pk, clock.now())
    author = hers.messages.get().author
    Author.objects.filter(pk=author.pk).update(external_id=f"id{author.external_id}")  # as VKontakte's connector has it
    url = author.url
    mine = [(town.operator.initials, hers.number)]
    assert shown(town, f"?author={url}") == mine
    assert shown(town, f"?author={url.replace('https://vk.com', 'm.vk.com')}/") == mine
    page = signed_in(town.admin).get("/admin/journal/looks/?author=vk.com/id999999")
    assert page.status_code == 400
    assert page.context["lines"] == []


def test_the_page_of_personal_data_says_for_how_many_days_each_kind_is_kept(town: Town) -> None:
    page = signed_in(town.auditor).get("/admin/privacy/")
    assert [line.days for line in page.context["lines"]] == [30, 365, 365, 365, 180, 365, 30]
