"""«Найти» and search as you type: who finds what, what a row shows, links, hostile queries, the queue's tabs."""

from urllib.parse import quote

from django.test import Client
from django.utils import timezone

from otklik.desk.operator.find import PAGE
from otklik.desk.tests.pages import assert_shows, page_at
from otklik.finding.tests.finding_data import take_in
from otklik.incidents.cards import main_message, visible_to
from otklik.incidents.models import Note
from otklik.incidents.workflow import record
from otklik.journal import book
from otklik.people.models import Role
from otklik.routing.models import Rule
from otklik.themes.models import Theme
from otklik.triage.models import Verdict
from tests.make.people import person, signed_in
from tests.make.town import Town


def ids(client: Client, words: str, more: str = "") -> list[int]:
    return [row.incident.pk for row in client.get(f"/find/?q={quote(words)}{more}").context["rows"]]


def test_everybody_finds_what_his_grants_open(operator: Client, town: Town) -> None:
    mine, theirs = town.assigned("Нет воды"), town.assigned("Вода грязная", town.roads)
    take_in()
    for role in Role.values:
        client = signed_in(person(role=role, agency=town.water))
        assert ids(client, "вода") == [mine.pk], role
        assert ids(client, f"№ {theirs.number}") == ids(client, main_message(theirs).url) == [], role
    assert ids(operator, "вода") == [theirs.pk, mine.pk]
    assert ids(signed_in(town.stranger), "вода") == []
    assert "Нашлось: 2" in page_at(operator, "/find/?q=вода")
    assert operator.post("/find/", {"q": "x"}).status_code == 405


def test_a_row_shows_where_the_words_stand_and_markup_stays_text(operator: Client, town: Town) -> None:
    card = town.card("Нет воды второй день")
    Note.objects.create(incident=card, author=town.operator, text="Звонили в <b>бойлерную</b>", at=timezone.now())
    with book.turn():
        record(card, "note", at=timezone.now(), actor=f"user:{town.operator.pk}")
    town.card('<img src=x onerror=alert(1)> яма & "люк"')
    take_in()
    assert "Нет <mark>воды</mark> второй день" in page_at(operator, "/find/?q=воду")
    assert_shows(page_at(operator, "/find/?q=бойлерная"), "заметка:", "<mark>бойлерную</mark>")
    (row,) = operator.get(f"/find/?q={quote(main_message(card).author.name)}").context["rows"]
    assert row.part == "житель"
    assert "<script>alert" not in page_at(operator, f"/find/?q={quote('яма <script>alert(1)</script>')}")
    assert_shows(page_at(operator, "/find/?q=яма"), "<mark>яма</mark>", hides=["<img src=x"])


def test_a_link_opens_its_card_and_hostile_or_vain_words_break_nothing(operator: Client, town: Town) -> None:
    card = town.card()
    take_in()
    assert operator.get(f"/find/?q={quote(main_message(card).url)}").headers["Location"] == f"/incidents/{card.pk}/"
    assert "По этой ссылке карточек нет" in page_at(operator, f"/find/?q={quote('https://vk.com/wall-9_9')}")
    assert "Ничего не нашлось" in page_at(operator, "/find/?q=абракадабра")
    assert "Что можно написать" in page_at(operator, "/find/")
    for path in ("/find/", "/queue/"):
        for query in HOSTILE:
            assert operator.get(f"{path}?{query}").status_code in (200, 400), (path, query)
    for path in ("/queue/", "/statistics/", "/find/", "/find/?q=x"):
        assert page_at(operator, path).count('id="find-q"') == 1, path


def test_a_slip_is_put_right_aloud_with_a_way_back_to_what_was_typed(operator: Client, town: Town) -> None:
    card = town.card("Когда будет вывоз мусора?")
    take_in()
    page = page_at(operator, "/find/?q=вывоз мусара")
    typed = quote("вывоз мусара", safe="").replace("%20", "+")
    back = f'<a href="?q={typed}&amp;exact=1">Искать точно: «вывоз мусара»</a>'
    assert_shows(page, "Ищем:", ">вывоз мусора</strong>", back, "<mark>мусора</mark>", 'value="вывоз мусара"')
    assert ids(operator, "вывоз мусара") == ids(operator, "dsdjp vecjhf") == [card.pk]
    exactly = page_at(operator, "/find/?exact=1&q=вывоз мусара")
    assert_shows(exactly, "Ничего не нашлось", hides=["Ищем:", "Может быть"])
    assert_shows(page_at(operator, "/find/?q=выводы"), "Ничего не нашлось", "Может быть, вы искали:", ">вывозы</a>")
    assert "Ищем:" not in page_at(operator, "/find/?q=вывоз")
    assert "Ищем:" not in page_at(town.stranger, "/find/?q=вывоз мусара")
    away = page_at(operator, "/queue/?q=вывоз мусара")
    assert_shows(away, f"/find/?q={quote('вывоз мусара', safe='')}", "Искать по всем карточкам, с опечатками")


def test_pages_follow_each_other(operator: Client, town: Town) -> None:
    cards = [town.card("Нет воды").pk for _ in range(PAGE + 3)]
    take_in()
    first = operator.get("/find/?q=вода")
    seen = [row.incident.pk for row in first.context["rows"]]
    assert len(seen) == PAGE
    assert f"Больше {PAGE}, сначала новые" in first.content.decode()
    second = operator.get("/find/?" + first.context["next"])
    seen += [row.incident.pk for row in second.context["rows"]]
    assert seen == sorted(cards, reverse=True)
    assert second.context["next"] == ""


HOSTILE = (
    *("q=%00", "q=" + "%D1%8F" * 5000, "q=%22%20OR%20*%20(%20NEAR%20--", "q=%E2%80%AE%E2%80%8F", "q=x&before=-1"),
    *("q=x&before=99999999999999999999", "q=%ff%fe", "q=http://%5B::1", "before=5", "q=https://" + "a" * 3000),
)


def test_the_queue_searches_in_the_same_way_within_its_tab(operator: Client, town: Town) -> None:
    new, assigned_card = town.card("Яма на дороге"), town.assigned("Дорогу размыло")
    take_in()

    def in_queue(query: str) -> list[int]:
        return [row.card.pk for row in operator.get(f"/queue/?{query}").context["rows"]]

    for words in ("дорогой", quote(main_message(new).url), new.number):
        assert in_queue(f"q={words}") == [new.pk], words
    assert in_queue("tab=work&q=дорогой") == [assigned_card.pk]


def test_what_is_guessed_of_a_message_is_told_to_whoever_sees_its_card_alone(town: Town) -> None:
    tower = Rule.objects.create(agency=town.pumps, theme=town.pipe, things="водонапорная башня")
    card = town.assigned("Течёт из водонапорной башни")
    where = {"verdict": Verdict.objects.get().pk, "theme": town.pipe.pk, "place": town.village.pk}
    for who in (town.operator, town.executor, town.other, town.stranger):
        sees = visible_to(who).filter(pk=card.pk).exists()
        assert sees == (who in (town.operator, town.executor))
        assert ("подсказка" in page_at(who, "/themes/", **where)) == sees, who.username
        assert (tower.things.split()[1] in page_at(who, "/agencies/", **where)) == sees, who.username


def test_themes_places_and_agencies_are_found_by_the_beginnings_of_words(operator: Client, town: Town) -> None:
    town.card()
    page = page_at(operator, "/themes/", verdict=Verdict.objects.get().pk)
    assert page.index("Нет холодной воды") < page.index("Ямы на дорогах")
    assert "подсказка" in page
    assert town.rule.theme == town.pipe
    page = page_at(operator, "/agencies/", q="дор", theme=town.pipe.pk, place=town.city.pk)
    assert page.index("Водоканал") < page.index("Дорожная служба")
    assert "по правилу: Нет холодной воды · Город Ёлкино" in page
    # Three letters and Enter: what people write about, not what comes first in the alphabet.
    for typed in ("хол", "нет хол", "ХОЛ", "жкх", "авар", "водопров", "  вод "):
        assert_shows(page_at(operator, "/themes/", q=typed), "Нет холодной воды", hides=["Ямы"])
    rare = Theme.objects.create(group=town.hole.group, code="ship", name="Холодильники на судах")
    assert town.assigned().theme == town.pipe
    page = page_at(operator, "/themes/", q="хол")
    assert page.index("Нет холодной воды") < page.index(rare.name)
    for typed in ("ёлк", "елк", "гор", "город ёл"):
        assert "Город Ёлкино" in page_at(operator, "/places/", q=typed), typed
    for typed in ("xyz", "%", "_", "'", "(" * 500):
        assert "Ничего не нашлось" in page_at(operator, "/places/", q=typed), typed
