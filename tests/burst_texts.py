"""What people write about one burst main, in many words, and what others write near by at the same time.

Made by a generator with a fixed seed, so that every run tells the same. It was written after the clustering was.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import cycle
from random import Random

from tests.phrases import phrases

NETWORKS = ("vk", "ok", "telegram", "max")
TOWN, STREET = "Ейск", "Пушкина"
OTHER_STREETS = ("Мира", "Ленина", "Коммунистическая", "Победы", "Гоголя", "Шевченко", "Свердлова", "Калинина")
OTHER_TOWNS = ("Тимашевск", "Кропоткин", "Армавир", "Геленджик", "Анапа")

_GREETINGS = ("", "", "", "Здравствуйте! ", "Добрый день. ", "Люди, ", "Алло, водоканал! ", "Подскажите, ")
_HAPPENED = phrases(
    """
    прорвало трубу, вода хлещет прямо на дорогу | опять порыв водопровода, всё течёт ручьём
    авария на водопроводе, воды нет во всём доме | нет холодной воды с самого утра
    воды нет вообще, ни холодной, ни горячей | отключили воду и молчат | третий час без воды, дети не мытые
    из-под асфальта бьёт фонтан, лопнула труба | кран сухой, ни капли с шести утра
    труба лопнула, подвал топит, а воды в квартире нет | порвало водовод, весь квартал сидит без воды
    напор упал, а теперь воды совсем нет
    """
)
_TAILS = (
    *("", " Когда дадут?", " Когда починят?!", " До аварийки не дозвониться.", " Сколько ещё ждать?"),
    *(" Бригады так и нет.", " Примите меры, пожалуйста!", " Соседи говорят, до вечера не дадут."),
    " Это уже второй раз за месяц.",
)
_PLACES = (
    *("На {street} {house} ", "На улице {street} ", "ул. {street}, {house}: ", "{street} {house}, "),
    *("По {street} у дома {house} ", "На {street} ", "Ейск, {street} {house}. ", "У нас на {street} "),
)
_NOWHERE = ("", "У нас ", "В Ейске ", "Опять ", "Во всём районе ")
_MATTERS = phrases(
    """
    яма на дороге, машины объезжают по встречке | не горит фонарь, темно хоть глаз выколи
    мусор не вывозят вторую неделю, баки полные | дерево упало на провода | автобус не ходит уже три дня
    стая собак бросается на детей | лифт стоит четвёртый день | на детской площадке сломаны качели
    снег не чистят, тротуара не видно | отопления нет, батареи холодные
    """
)


@dataclass(frozen=True, slots=True)
class Utterance:
    """`hours` before now; `town` is where the community is that it was said in; `part`: of the burst main."""

    text: str
    network: str
    town: str
    hours: float
    part: bool


def burst(seed: int = 20) -> list[Utterance]:
    """Forty about the main: three of five name the street, half of those the house; one in five has a slip."""
    random = Random(seed)
    networks = cycle(NETWORKS)
    utterances = []
    for number in range(40):
        where = random.choice(_PLACES if number % 5 < 3 else _NOWHERE)
        text = random.choice(_GREETINGS) + where.format(street=STREET, house=random.randrange(10, 80, 2))
        text += random.choice(_HAPPENED) + "." + random.choice(_TAILS)
        if number % 5 == 4 or number % 10 == 1:
            text = slip(text, random)
        utterances.append(Utterance(text, next(networks), TOWN, random.uniform(0, 10), part=True))
    return utterances


def others(seed: int = 21) -> list[Utterance]:
    """Forty near by: no water on other streets, other matters on this street, the same words in other towns, the same
    street three weeks ago, and other matters without a street."""
    random = Random(seed)
    networks = cycle(NETWORKS)
    made = (*_elsewhere(random), *_about_else(random), *_in_other_towns(random), *_long_ago(random))
    return [Utterance(text, next(networks), town, hours, part=False) for text, town, hours in made]


def _elsewhere(random: Random) -> Iterator[tuple[str, str, float]]:
    for street in (*OTHER_STREETS, *OTHER_STREETS[:2]):
        text = random.choice(_PLACES[:6]).format(street=street, house=random.randrange(1, 60))
        yield text + random.choice(_HAPPENED) + "." + random.choice(_TAILS), TOWN, random.uniform(0, 48)


def _about_else(random: Random) -> Iterator[tuple[str, str, float]]:
    for matter in _MATTERS:
        text = random.choice(_PLACES[:6]).format(street=STREET, house=random.randrange(10, 80, 2))
        yield text + matter + "." + random.choice(_TAILS), TOWN, random.uniform(0, 24)
    for matter in _MATTERS[:5]:
        yield random.choice(_GREETINGS) + matter + ".", TOWN, random.uniform(0, 24)


def _in_other_towns(random: Random) -> Iterator[tuple[str, str, float]]:
    for town in OTHER_TOWNS * 2:
        text = random.choice(_PLACES[:6]).format(street=STREET, house=random.randrange(10, 80, 2))
        yield text + random.choice(_HAPPENED) + "." + random.choice(_TAILS), town, random.uniform(0, 10)


def _long_ago(random: Random) -> Iterator[tuple[str, str, float]]:
    for _number in range(5):
        text = random.choice(_PLACES).format(street=STREET, house=random.randrange(10, 80, 2))
        yield text + random.choice(_HAPPENED) + ".", TOWN, random.uniform(21 * 24, 23 * 24)


def slip(text: str, random: Random) -> str:
    """Two letters of one longer word in the wrong order, or one left out."""
    words = text.split(" ")
    long = [at for at, word in enumerate(words) if len(word) > 5 and word.isalpha()]
    if not long:
        return text
    at = random.choice(long)
    word, spot = words[at], random.randrange(1, len(words[at]) - 2)
    swapped = word[:spot] + word[spot + 1] + word[spot] + word[spot + 2 :]
    words[at] = swapped if random.random() < 0.5 else word[:spot] + word[spot + 1 :]
    return " ".join(words)
