"""What is understood of a network's data."""

import argparse

from otklik.site.commands.base import Commands, known_networks


def add(commands: Commands) -> None:
    kinds = known_networks()
    networks = commands.add_parser("networks", help="социальные сети: что система понимает в их данных")
    doing = networks.add_subparsers(title="действия", metavar="действие", required=True)
    parse = doing.add_parser("parse", help="разобрать JSON сети и напечатать сообщения, по строке JSON на каждое")
    parse.add_argument("network", metavar="СЕТЬ", choices=kinds, help=", ".join(kinds))
    parse.add_argument("files", nargs="*", metavar="ФАЙЛ", help="без файлов читается стандартный ввод")
    parse.set_defaults(run=_networks_parse, anywhere=True)


def _networks_parse(parsed: argparse.Namespace) -> int:
    from otklik.site.payloads import parse

    return parse(parsed.network, parsed.files)
