"""Reference data by spreadsheet."""

import argparse

from otklik.site.commands.base import Commands

KINDS = ("places", "agencies", "users", "themes", "rules", "templates", "accounts", "sources")


def add(commands: Commands) -> None:
    lists = commands.add_parser(
        "lists", help="списки из Excel: места, ведомства, сотрудники, темы, правила, шаблоны, аккаунты, источники"
    )
    does = lists.add_subparsers(title="действия", metavar="действие", required=True)
    blank = does.add_parser("template", help="записать пустой файл списка, который заполнят")
    blank.add_argument("kind", choices=KINDS, metavar="СПИСОК", help=f"один из: {', '.join(KINDS)}")
    blank.add_argument("--output", required=True, metavar="ФАЙЛ", help="куда записать")
    blank.set_defaults(run=_template, anywhere=True)
    loads = does.add_parser("load", help="загрузить список: если хоть одна строка неверна, ничего не меняется")
    loads.add_argument("kind", choices=KINDS, metavar="СПИСОК", help=f"один из: {', '.join(KINDS)}")
    loads.add_argument("file", metavar="ФАЙЛ", help="файл .xlsx")
    loads.add_argument("--as", required=True, dest="login", metavar="ЛОГИН", help="от чьего имени")
    loads.add_argument("--check", action="store_true", help="только показать, что изменится")
    loads.add_argument("--links", default="", metavar="ФАЙЛ", help="куда записать ссылки для входа новых сотрудников")
    loads.set_defaults(run=_load)


def _template(parsed: argparse.Namespace) -> int:
    from otklik.site.lists import give

    return give(parsed.kind, parsed.output)


def _load(parsed: argparse.Namespace) -> int:
    from otklik.site.lists import load

    return load(parsed.kind, parsed.file, parsed.login, only_check=parsed.check, links=parsed.links)
