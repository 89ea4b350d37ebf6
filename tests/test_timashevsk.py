"""Улица Лесная in Тимашёвск: eight residents in three networks, two problems, two executors, eight answers by the
town's administration with what they rest on, and a month's report that holds them."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from otklik.answers.drafts import Words
from otklik.answers.models import Answer
from otklik.incidents import problems
from otklik.incidents.models import Incident, Outcome, Problem, State
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.networks.models import Account
from otklik.people.models import Agency, Role
from otklik.publishing.models import Delivery
from otklik.routing.assign import Decision, assign
from otklik.routing.models import Rule, Suggestion
from otklik.site.report import report
from otklik.themes.models import Theme
from tests.heard import place_of
from tests.one_world import complain, is_published_once, say_to_all, staged
from tests.region import listen, user
from tests.sandbox.process import Sandbox
from tests.stages import Stage
from tests.waste_texts import CONTAINERS, MATTERS, NETWORKS, REMOVAL, RESIDENTS, TOWN, Utterance, residents

SEED = 3
VOICE = "Администрация Тимашёвска"
SITES, REST = "othody.ploshchadki", "othody.prochee"
THEMES = {CONTAINERS: {SITES}, REMOVAL: {SITES, REST}}
"""The classifier has no theme of removal: by it «не вывозят» belongs to the sites, and the schedule to the rest."""
FETCHING = "вывоз, вывозить, график, расписание, мусоровоз, регоператор"
WHOSE = {CONTAINERS: "adm-timashevskiy", REMOVAL: "tko"}
ANSWERS = {
    CONTAINERS: "{обращение} Четыре контейнера на Лесной поставили сегодня.",
    REMOVAL: "{обращение} Мусор с Лесной вывезли, дальше по вторникам и пятницам.",
}
CORE = {CONTAINERS: "Четыре контейнера на Лесной", REMOVAL: "Мусор с Лесной вывезли"}
NETWORK_TITLES = {"vk": "ВКонтакте", "ok": "Одноклассники", "telegram": "Telegram"}
ACT = {CONTAINERS: "Акт № 12 об установке", REMOVAL: "Акт № 13 о вывозе"}


@pytest.fixture
def stages(sandbox: Sandbox, transactional_db: None) -> Iterator[list[Stage]]:
    with staged(sandbox, NETWORKS, TOWN) as made:
        # The town's own page, which speaks for the operator of rubbish as well: an account of one agency would not.
        Account.objects.update(title=VOICE)
        whose = {"agency": Agency.objects.get(code=WHOSE[REMOVAL]), "place": place_of(TOWN), "things": FETCHING}
        Rule.objects.create(theme=Theme.objects.get(code=SITES), note="Баки ставит город, вывозит оператор", **whose)
        yield made


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.timeout(900)
def test_eight_of_one_street_are_two_problems_answered_and_reported(stages: list[Stage], tmp_path: Path) -> None:
    listen()
    utterances = residents(SEED)
    written: dict[Utterance, str] = {}
    for stage in stages:
        here = [one for one in utterances if one.network == stage.network]
        written |= dict(zip(here, complain(stage, [one.text for one in here]), strict=True))
    listen()
    of = _two_problems(written)
    operator, approver = user("operator", Role.OPERATOR), user("approver", Role.APPROVER)
    for matter, problem in of.items():
        problems.confirm(problem, operator, clock.now())
        executor = user(matter, Role.EXECUTOR, _assigned(problem, matter))
        problems.fix(problem, "act", ACT[matter], executor, clock.now())
        ending = Words(ANSWERS[matter], Answer.Kind.FINAL, "solved", ground="act", ground_words=ACT[matter])
        say_to_all(problem, ending, executor, approver)
        addresses: dict[str, list[str]] = {network: [] for network in NETWORKS}
        for one, address in written.items():
            if one.matter == matter:
                addresses[one.network].append(address)
        is_published_once(stages, addresses, CORE[matter])

    assert Counter(Incident.objects.values_list("state", "outcome")) == {(State.RATING, Outcome.SOLVED): RESIDENTS}
    answers = Answer.objects.exclude(kind=Answer.Kind.ASK)  # whether it helped is asked beside them
    assert set(answers.values_list("ground", "ground_words")) == {("act", words) for words in ACT.values()}
    deliveries = Delivery.objects.filter(answer__in=answers)
    spoken = deliveries.filter(state=Delivery.State.SENT)
    assert spoken.count() == deliveries.count() == RESIDENTS
    assert set(spoken.values_list("account__title", flat=True)) == {VOICE}
    _is_reported(tmp_path, utterances)
    assert whole()


def _two_problems(written: dict[Utterance, str]) -> dict[str, Problem]:
    """The machine alone has put them together: each matter is one problem with all of its residents and nobody else."""
    cards = dict(Incident.objects.values_list("messages__external_id", "problem"))
    assert len(cards) == Incident.objects.count() == RESIDENTS
    ids_by_matter = {matter: {cards[written[one]] for one in written if one.matter == matter} for matter in MATTERS}
    assert {matter: len(problems) for matter, problems in ids_by_matter.items()} == dict.fromkeys(MATTERS, 1), (
        ids_by_matter
    )
    of = {matter: Problem.objects.get(pk=one) for matter, (one,) in ids_by_matter.items()}
    assert Problem.objects.count() == 2
    assert all(problem.theme and problem.theme.code in THEMES[matter] for matter, problem in of.items())
    assert {(problem.street, problem.state) for problem in of.values()} == {("улица Лесная", Problem.State.PROPOSED)}
    return of


def _assigned(problem: Problem, matter: str) -> Agency:
    """The operator heeds the rules, by which most of its cards are the same agency's, and gives it all of them, as what
    can be solved: the rest of rubbish is only to be explained by its theme, and would ask for no evidence."""
    cards = list(Incident.objects.filter(problem=problem).order_by("started_at", "pk"))
    suggested = Counter(Suggestion.objects.filter(incident=card).latest("pk").agency for card in cards)
    ((agency, _count),) = suggested.most_common(1)
    assert agency is not None
    assert agency.code == WHOSE[matter], suggested
    decision = Decision(agency, problem.theme, place_of(TOWN), Theme.Kind.SOLVABLE)
    for card in cards:
        assign(card, decision, problem.opened_by, clock.now())
    return agency


def _is_reported(folder: Path, utterances: list[Utterance]) -> None:
    """What the month's workbook counts is what the story told."""
    month = timezone.localdate(clock.now()).strftime("%Y-%m")
    assert report("monthly", month, "xlsx", str(folder / "month.xlsx"), "") == 0
    book = load_workbook(folder / "month.xlsx")
    rows = {sheet.title: {row[0]: row[1:] for row in sheet.iter_rows(values_only=True)} for sheet in book}
    assert rows["Главное"]["Пришло"][0] == str(RESIDENTS)
    assert rows["Главное"]["Отвечено"][-1] == f"{RESIDENTS} из {RESIDENTS}, ждут ответа: 0"
    matters, networks = Counter(one.matter for one in utterances), Counter(one.network for one in utterances)
    whose = {Agency.objects.get(code=WHOSE[matter]).short_name: number for matter, number in matters.items()}
    counted = {
        ("Ведомства", "Ведомство"): whose,
        ("Сети", "Сеть"): {NETWORK_TITLES[network]: number for network, number in networks.items()},
        ("Муниципалитеты", "Муниципалитет"): {"Тимашевский район": RESIDENTS},
        ("Группы тем", "Группа тем"): {"Обращение с отходами": RESIDENTS},
    }
    for (sheet, title), numbers in counted.items():
        assert {name: row[0] for name, row in rows[sheet].items() if name != title} == numbers, sheet
