"""Incidents in and out, as an export of «Инцидент Менеджмент»."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    takes = commands.add_parser("import", help="перенести инциденты из другой системы")
    kinds = takes.add_subparsers(title="откуда", metavar="откуда", required=True)
    im = kinds.add_parser("im", help="выгрузка «Инцидент Менеджмента»: 47 столбцов, XLSX")
    im.add_argument("file", metavar="ФАЙЛ", help="файл .xlsx")
    im.add_argument("--check", action="store_true", help="только проверить: ничего не записывать")
    im.add_argument("--report", default="", metavar="ФАЙЛ", help="куда записать список странных строк (CSV)")
    im.add_argument("--time-zone", default="", metavar="ПОЯС", help="по каким часам время в файле (как у установки)")
    im.set_defaults(run=_import_im)

    gives = commands.add_parser("export", help="выгрузить инциденты для другой системы")
    kinds = gives.add_subparsers(title="для кого", metavar="для кого", required=True)
    im = kinds.add_parser("im", help="те же 47 столбцов «Инцидент Менеджмента», XLSX")
    im.add_argument("--output", required=True, metavar="ФАЙЛ", help="куда записать: целиком или никак")
    im.add_argument("--from", default="", dest="since", metavar="ДЕНЬ", help="созданные с этого дня: 2026-06-01")
    im.add_argument("--to", default="", dest="until", metavar="ДЕНЬ", help="созданные по этот день включительно")
    im.add_argument(
        "--as", default="", dest="login", metavar="ЛОГИН", help="что видит этот человек; без него жители скрыты"
    )
    im.set_defaults(run=_export_im)


def _import_im(parsed: argparse.Namespace) -> int:
    from otklik.site.moving import take_in

    return take_in(parsed.file, only_check=parsed.check, report=parsed.report, zone=parsed.time_zone)


def _export_im(parsed: argparse.Namespace) -> int:
    from otklik.site.moving import give_out

    return give_out(parsed.output, parsed.since, parsed.until, parsed.login)
