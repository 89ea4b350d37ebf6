"""The region's places."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    places = commands.add_parser("places", help="места региона: районы, населённые пункты, улицы")
    does = places.add_subparsers(title="действия", metavar="действие", required=True)
    loads = does.add_parser("load", help="загрузить список мест (CSV, TOML) или границы (GeoJSON): всё или ничего")
    loads.add_argument("file", metavar="ФАЙЛ", help="файл; krasnodar: список края, который есть в системе")
    loads.add_argument(
        "--attribution", default="", metavar="«© …»", help="подпись под картой, если её нет в файле границ"
    )
    loads.add_argument("--check", action="store_true", help="только проверить файл")
    loads.set_defaults(run=_places_load)


def _places_load(parsed: argparse.Namespace) -> int:
    from otklik.site.places import load

    return load(parsed.file, only_check=parsed.check, attribution=parsed.attribution)
