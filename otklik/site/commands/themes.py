"""A new version of the classifier of themes."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    themes = commands.add_parser("themes", help="классификатор тем: новая версия к указанному дню")
    does = themes.add_subparsers(title="действия", metavar="действие", required=True)
    current = does.add_parser("template", help="записать действующий классификатор в файл, который поправят")
    current.add_argument("output", metavar="ФАЙЛ", help="куда записать")
    current.set_defaults(run=_template)
    loads = does.add_parser("load", help="показать, что изменит новая версия; с --do принять её")
    loads.add_argument("file", metavar="ФАЙЛ", help="файл .xlsx: все темы новой версии")
    loads.add_argument("--version", required=True, metavar="НАЗВАНИЕ", help="как назвать версию, например 2027-1")
    loads.add_argument("--from", required=True, dest="day", metavar="ДЕНЬ", help="с какого дня, например 2027-01-01")
    loads.add_argument("--do", action="store_true", help="принять; сегодняшняя вступит в силу сразу")
    loads.add_argument("--guess", default="", metavar="ФАЙЛ", help="записать файл с догадками о прежних темах")
    loads.set_defaults(run=_load)
    cancel = does.add_parser("cancel", help="отказаться от версии, чей день ещё не настал")
    cancel.add_argument("version", metavar="НАЗВАНИЕ", help="как она названа, например 2027-1")
    cancel.set_defaults(run=_cancel)


def _template(parsed: argparse.Namespace) -> int:
    from otklik.site.themes import template

    return template(parsed.output)


def _load(parsed: argparse.Namespace) -> int:
    from otklik.site.themes import load

    return load(parsed.file, parsed.version, parsed.day, do=parsed.do, guess=parsed.guess)


def _cancel(parsed: argparse.Namespace) -> int:
    from otklik.site.themes import cancel

    return cancel(parsed.version)
