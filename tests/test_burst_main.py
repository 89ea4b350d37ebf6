"""One burst main, forty complaints in four networks: one problem, one statement, forty answers, and a promise kept."""

from collections import Counter
from collections.abc import Iterator

import pytest

from otklik.answers.drafts import Words
from otklik.answers.models import Answer
from otklik.demo.region import load_reference
from otklik.incidents import problems
from otklik.incidents.models import Incident, Problem, State
from otklik.journal.tests.whole import whole
from otklik.lib import clock
from otklik.lib.days import day_of
from otklik.publishing.models import Delivery
from otklik.routing.models import Deadline, Norm
from tests.burst_texts import NETWORKS, TOWN, burst, others
from tests.heard import gathered, hear_all
from tests.one_world import complain, is_published_once, say_to_all, staged
from tests.region import listen, user
from tests.sandbox.process import Sandbox
from tests.stages import Stage
from tests.tiers import fewer

HOLDING = "{обращение} Прорвало водопровод на Пушкина. Бригада на месте, воду дадим {срок}."
LAST = "{обращение} Трубу на Пушкина заменили, вода есть с 14:00."


@pytest.mark.whole
@pytest.mark.django_db
@pytest.mark.timeout(900)
def test_forty_words_for_one_main_are_one_problem_and_none_of_forty_near_by_is_in_it() -> None:
    load_reference(clock.now(), lambda _done, _whole: None)
    main = burst()
    cluster = gathered(hear_all([*main, *others()], clock.now()), main)
    assert cluster.problem is not None
    assert cluster.inside >= 38, cluster.missing
    assert cluster.strange == ()
    assert whole()


@pytest.fixture
def stages(sandbox: Sandbox, transactional_db: None) -> Iterator[list[Stage]]:
    with staged(sandbox, NETWORKS, TOWN) as made:
        yield made


@pytest.mark.processes
@pytest.mark.enable_socket
@pytest.mark.timeout(900)
def test_one_statement_is_forty_answers_once_each_and_the_promise_is_kept(stages: list[Stage]) -> None:
    listen()
    main = burst()[: fewer(40)]
    texts = {stage.network: [one.text for one in main if one.network == stage.network] for stage in stages}
    written = {stage.network: complain(stage, texts[stage.network]) for stage in stages}
    listen()
    problem = Problem.objects.get(pk=Counter(Incident.objects.values_list("problem", flat=True)).most_common(1)[0][0])
    operator, approver = user("operator", "operator"), user("approver", "approver")
    for card in Incident.objects.filter(problem=None):
        problems.add(problem, card, clock.now(), by=operator)  # what the machine did not dare is put there by a person
    problems.confirm(problem, operator, clock.now())

    say_to_all(problem, Words(HOLDING, Answer.Kind.INTERIM, promised_on=day_of(clock.now())), operator, approver)
    is_published_once(stages, written, "Прорвало водопровод на Пушкина.")
    assert set(Incident.objects.values_list("state", flat=True)) == {State.POSTPONED}
    promises = Deadline.objects.filter(clock=Norm.Clock.PROMISE)
    assert promises.filter(met_at=None).count() == len(main)

    problems.fix(problem, "act", "Акт № 7 от сегодня", operator, clock.now())
    last = Words(LAST, Answer.Kind.FINAL, "solved", ground="act", ground_words="Акт № 7 от сегодня")
    say_to_all(problem, last, operator, approver)
    is_published_once(stages, written, "Трубу на Пушкина заменили")
    assert set(Incident.objects.values_list("state", flat=True)) == {State.RATING}
    assert promises.filter(met_at__isnull=False, missed_at=None).count() == len(main)
    answers = Delivery.objects.filter(state=Delivery.State.SENT).exclude(answer__kind=Answer.Kind.ASK)
    assert answers.count() == 2 * len(main)
    assert whole()
