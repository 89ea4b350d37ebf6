from otklik.triage.theme.finder import KnownTheme, ThemeFinder
from tests.phrases import phrases

NO_WATER = "Из крана ничего не течёт. Ямы на дорогах сюда не относятся."
THEMES = [
    KnownTheme(10, "Отсутствие воды в домах", "Дом", NO_WATER, ("нет воды", "отключили воду", "сухие краны")),
    KnownTheme(11, "Протечки крыш", "Дом", "Льётся с потолка.", ("течёт крыша", "протекает кровля")),
    KnownTheme(20, "Тёмные улицы", "Дороги", "Фонари без света.", ("не горит фонарь", "темно", "уличное освещение")),
    KnownTheme(21, "Ямы на дорогах", "Дороги", "Разбитый асфальт.", ("яма на дороге", "выбоина", "разбитая дорога")),
    KnownTheme(30, "Пожары и поджоги", "Безопасность", "Огонь и дым.", ("горит", "пожар", "дым")),
    KnownTheme(40, "Бродячие собаки", "Животные", "Стаи во дворах.", ("бродячие собаки", "стая собак", "отлов собак")),
    KnownTheme(
        50, "Вывоз отходов", "Отходы", "Баки переполнены.", ("не вывозят мусор", "вывоз мусора", "мусорные баки")
    ),
]
FINDER = ThemeFinder(THEMES)


TEXTS = {
    10: """
        Третий день нет воды, сколько можно | Воды горячей так и нет! | Сидим без воды | Снова отключили холодную воду
        Вода отсутствует с утра
    """,
    11: "Крыша течёт, обои отваливаются",
    20: "ФОНАРИ ОПЯТЬ НЕ ГОРЯТ",
    21: "Ямы на каждой дороге",
    30: "За посёлком горит трава",
    40: "Стаи бродячих собак пугают детей",
    50: "Мусор не вывозят | Когда вывезут мусор? | Мусорка у дома переполнена",
}


def test_the_theme_is_found_by_words_in_any_form_and_order() -> None:
    for theme, texts in TEXTS.items():
        assert [text for text in phrases(texts) if FINDER.suggest(text)[0].theme_id != theme] == [], theme


def test_a_denied_word_is_not_the_word_and_a_text_in_which_nothing_speaks_has_no_theme() -> None:
    dark = {guess.theme_id: guess.share for guess in FINDER.suggest("Фонарь не горит")}
    fire = {guess.theme_id: guess.share for guess in FINDER.suggest("Фонарь горит")}
    assert dark[20] > dark.get(30, 0) * 3
    assert fire[30] > dark.get(30, 0)
    silent = ("", "Здравствуйте, подскажите пожалуйста", "ок", "👍👍", "https://example.org", "не не не")
    assert [text for text in silent if FINDER.suggest(text)] == []
    assert all(guess.theme_id != 10 for guess in FINDER.suggest("Яма"))


def test_shares_say_how_sure_and_the_reasons_are_words_as_they_stand_heaviest_first() -> None:
    strong = FINDER.suggest("Не горит фонарь, темно, нужно уличное освещение", n=7)
    weak = FINDER.suggest("Дым какой-то и собака, и крыша", n=7)
    assert sum(guess.share for guess in strong) <= 1
    assert sum(guess.share for guess in weak) <= 1
    assert strong[0].share > 0.6 > weak[0].share
    assert [guess.share for guess in weak] == sorted((guess.share for guess in weak), reverse=True)
    text = "Нет воды, яма на дороге, бродячие собаки, дым и мусор"
    assert (len(FINDER.suggest(text)), len(FINDER.suggest(text, n=1))) == (3, 1)
    text = "У нас Фонари уже год НЕ ГОРЯТ, очень темно!"
    guess = FINDER.suggest(text)[0]
    assert all(words in text for words, _weight in guess.why)
    assert guess.why[0][0] == "Фонари уже год НЕ ГОРЯТ"
    assert [weight for _words, weight in guess.why] == sorted((weight for _words, weight in guess.why), reverse=True)


def test_a_theme_of_a_group_that_speaks_is_preferred_and_broken_themes_are_no_error() -> None:
    themes = [
        KnownTheme(1, "Лавки", "Первая", keywords=("скамейка",)),
        KnownTheme(2, "Лавочки", "Вторая", keywords=("скамейка",)),
        KnownTheme(3, "Качели", "Вторая", keywords=("качели",)),
    ]
    assert ThemeFinder(themes).suggest("Скамейка и качели")[0].theme_id in (2, 3)
    assert [guess.theme_id for guess in ThemeFinder(themes).suggest("Скамейка и качели")][-1] == 1
    assert ThemeFinder([]).suggest("нет воды") == []
    broken = ThemeFinder([KnownTheme(1, "", ""), KnownTheme(2, "\ud800", "\x00", "…", ("", " ", "и", "а" * 10_000))])
    assert broken.suggest("нет воды") == []
