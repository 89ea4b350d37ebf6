"""The sandbox's networks."""

import argparse
import os
import sys

from otklik.site.commands.base import Commands, known_networks, say, whole


def add(commands: Commands) -> None:
    kinds = known_networks()
    sandbox = commands.add_parser("sandbox", help="песочница: учебные социальные сети")
    sandbox.add_argument("--host", default="127.0.0.1", metavar="АДРЕС", help="на каком слушать (127.0.0.1)")
    inside = sandbox.add_subparsers(title="действия", metavar="действие")
    post = inside.add_parser("post", help="написать тексты из файла как комментарии жителей")
    post.add_argument("--network", default="vk", metavar="СЕТЬ", choices=kinds, help=", ".join(kinds))
    post.add_argument("--csv", required=True, metavar="ФАЙЛ", help="CSV в UTF-8 с заголовком")
    post.add_argument("--text-column", default="text", metavar="СТОЛБЕЦ", help="где в нём текст (text)")
    post.add_argument("--rate", default="5/s", metavar="N/s", help="сколько в секунду")
    post.add_argument("--limit", type=whole, default=0, metavar="N", help="не больше стольких (все)")
    post.set_defaults(run=_sandbox_post)
    made = inside.add_parser("community", help="завести учебное сообщество и показать его ключи")
    made.add_argument("title", metavar="НАЗВАНИЕ", help="как оно называется")
    made.set_defaults(run=_community)
    sandbox.set_defaults(run=_sandbox, begins=True)


def _sandbox(parsed: argparse.Namespace) -> int:
    from otklik.site.processes import sandbox_command

    command, environment = sandbox_command(parsed.host)
    os.execve(command[0], command, environment)  # noqa: S606 our own interpreter and our own module


def _community(parsed: argparse.Namespace) -> int:
    from django.conf import settings

    from otklik.demo.community import make
    from otklik.demo.control import ONLY_IN_TRAINING, NoSandbox
    from otklik.demo.networks import VK
    from otklik.networks.registry import NETWORKS

    if settings.MODE != "demo":
        return say(ONLY_IN_TRAINING)
    try:
        made = make(parsed.title[:100])
    except NoSandbox as absent:
        return say(str(absent))
    titles = {kind.kind: kind.title for kind in NETWORKS[VK].keys}
    sys.stdout.write(
        f"Сеть: {NETWORKS[VK].title}\nСообщество: {made.address}\n"
        f"{titles['community']}: {made.community}\n{titles['service']}: {made.service}\n{titles['user']}: {made.user}\n"
        f"Жители пишут здесь: {made.post}\n"
    )
    return 0


def _sandbox_post(parsed: argparse.Namespace) -> int:
    from otklik.site.replay import replay

    return replay(parsed.csv, parsed.text_column, parsed.rate, parsed.limit, parsed.network)
