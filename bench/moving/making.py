"""A made-up export: N incidents in the 47 columns, out of a seed, with as many spellings as the real thing has.

Every text is made of the words below; nothing comes from anybody's real export.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from random import Random

import xlsxwriter

from otklik.exchange.moving import columns as c
from otklik.themes.classifier import load

FROM = datetime(2025, 1, 1, 6, 0)  # noqa: DTZ001 - an export has no zone
EVERY = timedelta(minutes=4)
AGENCIES = ("Администрация города", "Министерство дорог", "Водоканал", "Соцфонд", "Озёрский район")
EXECUTORS = ("Департамент хозяйства (ДХ)", "Департамент транспорта", "АО «Тепло»", "", "")
WORDS = (
    "двор",
    "снег",
    "вывоз",
    "мусор",
    "дорога",
    "яма",
    "свет",
    "фонарь",
    "вода",
    "давление",
    "отопление",
    "холодно",
    "остановка",
    "автобус",
    "график",
    "школа",
    "садик",
    "очередь",
    "поликлиника",
    "врач",
    "запись",
    "дерево",
    "упало",
    "обрезка",
    "площадка",
    "качели",
    "тротуар",
    "лужа",
    "ливнёвка",
    "шум",
    "ремонт",
    "подъезд",
    "крыша",
    "течёт",
    "лифт",
    "стоит",
    "третий",
    "день",
    "никто",
    "не",
    "приехал",
    "прошу",
    "помогите",
    "разобраться",
    "спасибо",
    "когда",
    "будет",
)


def rows(count: int, seed: int) -> Iterator[list[object]]:
    """The cells of each incident in the order of columns."""
    rng = Random(seed)  # noqa: S311 - made up, and the same every time
    themes = [(group.name, theme.name) for group in load().groups for theme in group.themes]
    for number in range(count):
        yield _row(rng, number, *rng.choice(themes))


def write(path: Path, count: int, seed: int = 1) -> None:
    """An XLSX of so many incidents."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False})
    book.use_zip64()
    sheet = book.add_worksheet("Лист1")
    clock = book.add_format({"num_format": "[h]:mm:ss"})
    for column, name in enumerate(c.COLUMNS):
        sheet.write_string(0, column, name)
    for at, cells in enumerate(rows(count, seed), 1):
        for column, cell in enumerate(cells):
            if isinstance(cell, str):
                if cell:
                    sheet.write_string(at, column, cell)
            elif cell is not None:
                sheet.write_number(at, column, float(str(cell)), clock if isinstance(cell, float) else None)
    book.close()


def _row(rng: Random, number: int, group: str, theme: str) -> list[object]:
    created = FROM + EVERY * number + timedelta(seconds=rng.randrange(60))
    assigned = created + timedelta(minutes=rng.randrange(5, 300))
    drafted = assigned + timedelta(minutes=rng.randrange(1, 400))
    answered = drafted + timedelta(minutes=rng.randrange(1, 60))
    closed = answered + timedelta(hours=97, seconds=rng.randrange(300))
    post, words = 1000 + number // 7, f"'{_text(rng, rng.randrange(6, 60))}"
    answer = f"'Здравствуйте! {_text(rng, rng.randrange(20, 60))}"
    cells: dict[str, object] = {
        c.CABINET: "Озёрная область", c.ID: 30_000_000 + number, c.NUMBER: 200_000 + number,
        c.AGENCY: rng.choice(AGENCIES), c.EXECUTOR: rng.choice(EXECUTORS),
        c.FIRST_AT: _local_time(answered), c.FIRST_TEXT: answer, c.FIRST_TOOK: _spelled(rng, answered - created),
        c.FIRST_WORKED: _spelled(rng, (answered - created) / 3), c.ASSIGNED_AT: _local_time(assigned),
        c.EXECUTOR_AT: _local_time(answered), c.REACTION: _spelled(rng, drafted - assigned), c.IN_TIME: "Да",
        c.LIFE: _spelled(rng, closed - created), c.DRAFTED_AT: _local_time(drafted),
        c.APPROVAL_TOOK: _spelled(rng, answered - drafted), c.STEP: "Готово", c.CREATED_AT: _local_time(created),
        c.CLOSED_AT: _local_time(closed), c.GROUP: group, c.THEME: theme, c.REGION: "Озёрная область",
        c.MUNICIPALITY: "Озёрный район", c.SETTLEMENT: rng.choice(("Озёрск", "", "село Заречное")),
        c.STREET: rng.choice(("улица Мира", "Садовый проезд", "", "")), c.HOUSE: rng.choice(("", "", "12", "4Б")),
        c.KIND: rng.choice(("Решаемый", "Решаемый", "Информационный")),
        c.OUTCOME: rng.choice(("Разъяснено", "Разъяснено", "Решено")), c.ANSWER_MEDIA: "Нет",
        c.MESSAGE_MEDIA: rng.choice(("Да", "Нет")), c.POST_URL: f"https://vk.com/wall-77_{post}?reply={number + 1}",
        c.BLOG_URL: "https://vk.com/club77", c.TEXT: words, c.ANSWERS[0]: answer, c.ANSWERS[1]: "'",
        c.REASON: rng.choice(("Нет ответа от автора", "Нет ответа от автора", "Автор доволен", "5")),
        c.AUDIENCE: rng.randrange(500, 200_000), c.AUTHOR_URL: f"https://vk.com/id{1 + rng.randrange(40_000)}",
        c.ACCOUNT: "https://vk.com/club99", c.NOTE: rng.choice(("", "ответ дан")),
        c.RATING_AT: _local_time(answered + timedelta(seconds=2)), c.SURVEY: "Нет",
    }  # fmt: skip
    return [cells.get(name, "") for name in c.COLUMNS]


def _local_time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _spelled(rng: Random, took: timedelta) -> object:
    return str(took) if rng.random() < 0.5 else round(took / timedelta(days=1), 10)


def _text(rng: Random, count: int) -> str:
    return " ".join(rng.choices(WORDS, k=count))
