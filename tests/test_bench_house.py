from bench.house import figures

CARD = """\
from otklik.desk.card import rows


# What people see first.
def page(given: str) -> str:
    return _head(given) + _head("") + _tail()


def _head(told: str) -> str:
    return told


def _tail() -> str:
    return rows.drawn()
"""


def test_the_house_is_counted_by_what_stands_in_its_files() -> None:
    wide = "<p>" + "x" * 120 + "</p>\n"
    files = {"desk/card/page.py": CARD, "desk/card/rows.py": "def drawn() -> str: ...\n", "desk/templates/a.html": wide}
    counted = figures(files)
    assert counted["files of code"] == 2
    assert counted["lines of code"] == 8
    assert counted["modules with one importer beside them"] == 1
    assert counted["private functions used once"] == 1, "the other one is used twice"
    assert (counted["lines of templates"], counted["lines of templates over 120"]) == (1, 1)
    assert (counted["names with «told»"], counted["names with «given»"], counted["names with «said»"]) == (2, 2, 0)
