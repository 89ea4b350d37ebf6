"""What eight residents of улица Лесная in Тимашёвск write of their rubbish: some that there is nothing to put it into,
the others that nobody comes for it. Beside them what others write near by.

Made by a generator with a seed, so that every run of a seed tells the same. The first words stood before the product's
eyes when it learned to tell the two apart; the later ones were written afterwards, and nothing was mended on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from tests.burst_texts import slip
from tests.phrases import phrases

NETWORKS = ("vk", "ok", "telegram")
TOWN, STREET = "Тимашевск", "Лесная"
SPELLINGS = ("Тимашевск", "Тимашёвск")
MATTERS = CONTAINERS, REMOVAL = "containers", "removal"
RESIDENTS = 8
OTHER_STREETS = ("Садовая", "Мира", "Степная", "Полевая", "Советская", "Пионерская")
OTHER_TOWNS = ("Кропоткин", "Ейск", "Армавир", "Анапа")

_GREETINGS = ("", "", "", "Здравствуйте! ", "Добрый вечер. ", "Уважаемая администрация, ", "Соседи, ", "Подскажите, ")
_ABSENT = phrases(
    """
    баки увезли и не вернули, пакеты ставим прямо на землю
    мусорных контейнеров как не было, так и нет, носим за три квартала
    убрали контейнерную площадку, куда теперь выбрасывать мусор
    обещали поставить мусорные баки ещё весной, до сих пор ни одного | нет ни одного мусорного контейнера на всю улицу
    единственный контейнер для мусора забрали неделю назад | когда поставят контейнеры, мусор девать некуда
    пропали мусорные баки, говорят, увезли на ремонт, новых нет | контейнеры забрали, взамен ничего не поставили
    нам так и не поставили баки для мусора, хотя площадка готова
    """
)
_UNREMOVED = phrases(
    """
    мусор не вывозят по графику, должны были ещё в понедельник | когда будет вывоз мусора, графика никто не соблюдает
    мусоровоз не приезжал уже десять дней, хотя по графику два раза в неделю
    график вывоза мусора повесили, а машины нет вторую неделю
    по какому графику вывозят мусор, ждали во вторник и никого
    опять пропустили день вывоза мусора, пакеты стоят у ворот | мусор вывозят когда хотят, расписание только на бумаге
    в какие дни вывоз мусора, региональный оператор молчит
    регоператор сорвал график, мусор не забирают с прошлой пятницы
    почему изменили график вывоза мусора и никому не сказали
    """
)
_ABSENT_LATER = phrases(
    """
    ближайшая мусорка в соседнем квартале, у нас ставить некуда | раньше стояли два контейнера, теперь пустое место
    бака для отходов на улице не видели никогда | пакеты вешаем на забор, потому что баков не дали
    площадку под контейнеры залили бетоном, а самих контейнеров не привезли
    куда нести мусор, если контейнеры демонтировали | третий месяц просим хоть один бак на улицу
    после ремонта дороги контейнерную площадку назад не поставили
    контейнеров на нас не хватило, сказали ждать следующего года
    стащили последний мусорный бак, новый никто не везёт
    """
)
_UNREMOVED_LATER = phrases(
    """
    мусорка с прошлой недели стоит полная, машины не было | обещали забирать мусор по средам, три среды подряд мимо
    мусорная машина проехала и не остановилась, мешки так и лежат | отходы копятся уже полмесяца, никто не вывез
    подскажите расписание мусорной машины, а то собаки растащили мешки
    регоператор деньги берёт, а за мусором не едет | вчера был день вывоза, опять никого
    гора мешков у каждого двора, вывоза нет с первого числа | в графике написано утром, мусоровоза нет до ночи
    почему соседние улицы вывозят, а нашу забыли
    """
)
_TAILS = (
    *("", "", " Сколько можно?", " Примите меры, пожалуйста!", " Платим исправно каждый месяц."),
    *(" Дозвониться никуда не можем.", " Ждём ответа.", " Скоро крысы пойдут."),
)
_PLACES = (
    *("на Лесной ", "{town}, улица Лесная, {house}: ", "{town}, ул. Лесная: ", "на улице Лесной "),
    *("ул. Лесная, {house}, ", "у нас на Лесной ", "в районе Лесной, {house} ", "по улице Лесной "),
)
_ELSEWHERE = ("На улице {street} ", "ул. {street}, {house}: ", "{street}, {house}, ", "по улице {street} ")
_MATTERS = phrases(
    """
    не горит фонарь, темно хоть глаз выколи | яма на дороге, машины объезжают по тротуару
    нет холодной воды с самого утра | стая собак бросается на детей | дерево упало на провода
    тротуара нет, дети идут по проезжей части
    """
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """`hours` before now; `town` is where the community is that it was said in; `matter`: which of the two it is about,
    "" for none of them."""

    text: str
    network: str
    town: str
    hours: float
    matter: str


def residents(seed: int, *, later: bool = False) -> list[Utterance]:
    """Eight, three to five of them about either matter, within two days; one in four has a slip. `later`: in the words
    that were written later."""
    random = Random(f"residents {seed}")
    absent = random.choice((3, 4, 5))
    matters = [CONTAINERS] * absent + [REMOVAL] * (RESIDENTS - absent)
    random.shuffle(matters)
    networks = cycle(random.sample(NETWORKS, len(NETWORKS)))
    missing, undone = (_ABSENT_LATER, _UNREMOVED_LATER) if later else (_ABSENT, _UNREMOVED)
    left = {CONTAINERS: random.sample(missing, absent), REMOVAL: random.sample(undone, RESIDENTS - absent)}
    utterances = []
    for number, matter in enumerate(matters):
        where = random.choice(_PLACES).format(town=SPELLINGS[number % 2], house=random.randrange(2, 60))
        text = _sentence(random.choice(_GREETINGS) + where + left[matter].pop() + ".") + random.choice(_TAILS)
        text = slip(text, random) if number % 4 == 3 else text
        utterances.append(Utterance(text, next(networks), TOWN, 48 - 5 * number, matter))
    return utterances


def neighbours(seed: int) -> list[Utterance]:
    """Sixteen near by: the same on other streets of the town, other matters on this street, the same words of a Лесная
    in other towns."""
    random = Random(f"neighbours {seed}")
    networks = cycle(NETWORKS)
    made = (*_on_other_streets(random), *_about_else(random), *_in_other_towns(random))
    return [Utterance(text, next(networks), town, random.uniform(0, 48), "") for text, town in made]


def _on_other_streets(random: Random) -> Iterator[tuple[str, str]]:
    for street in OTHER_STREETS:
        where = random.choice(_ELSEWHERE).format(street=street, house=random.randrange(2, 60))
        yield _sentence(where + random.choice((*_ABSENT, *_UNREMOVED)) + "."), TOWN


def _about_else(random: Random) -> Iterator[tuple[str, str]]:
    for matter in _MATTERS:
        where = random.choice(_PLACES).format(town=random.choice(SPELLINGS), house=random.randrange(2, 60))
        yield _sentence(where + matter + "."), TOWN


def _in_other_towns(random: Random) -> Iterator[tuple[str, str]]:
    for town in OTHER_TOWNS:
        where = random.choice(_PLACES).format(town=town, house=random.randrange(2, 60))
        yield _sentence(where + random.choice((*_ABSENT, *_UNREMOVED)) + "."), town


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
