"""A new installation, and who may come into it."""

import argparse
import os
import sys
from pathlib import Path

from otklik.site.commands.base import Commands, say


def add(commands: Commands) -> None:
    init = commands.add_parser("init", help="начать свой регион: настройки, база, первый администратор")
    init.add_argument("--region", default="", metavar="НАЗВАНИЕ", help="например: Омская область")
    init.add_argument("--time-zone", default="", metavar="ПОЯС", help="например: Asia/Omsk")
    init.add_argument(
        "--url", default="", metavar="АДРЕС", help="по которому открывают сайт: https://otklik.example.ru"
    )
    init.add_argument("--data", default="", metavar="ПАПКА", help="где лежат база, ключ и снимки")
    init.add_argument("--database", default="", metavar="АДРЕС", help="postgresql://…; без него SQLite в папке данных")
    init.add_argument("--login", default="", metavar="ИМЯ", help="имя для входа первого администратора")
    init.add_argument("--name", default="", metavar="ФИО", help="фамилия, имя и отчество администратора")
    init.add_argument("--email", default="", metavar="АДРЕС", help="его почта")
    init.add_argument("--file", default="", metavar="ФАЙЛ", help="куда записать настройки (обычно otklik.env)")
    init.add_argument("--training", action="store_true", help="сети заменяет песочница: попробовать на своём регионе")
    init.add_argument(
        "--yes", action="store_true", help="не спрашивать: обязателен только --region, остальное по умолчанию"
    )
    init.set_defaults(run=_init, bare=True)

    again = commands.add_parser("administrator", help="новая ссылка для входа администратору региона")
    again.add_argument("login", metavar="ИМЯ", help="имя для входа")
    again.add_argument("--new", action="store_true", help="завести ещё одного")
    again.add_argument("--name", default="", metavar="ФИО", help="фамилия, имя и отчество нового")
    again.add_argument("--without-second-factor", action="store_true", help="и снять второй фактор: потерян телефон")
    again.set_defaults(run=_administrator)


def _init(parsed: argparse.Namespace) -> int:
    from otklik.site.env import usual_places
    from otklik.site.init import init

    if not parsed.yes and not sys.stdin.isatty():
        return say("Спросить не у кого: ввод не с клавиатуры. Скажите всё параметрами и добавьте --yes.")
    options = {
        "OTKLIK_REGION": parsed.region,
        "OTKLIK_TIME_ZONE": parsed.time_zone,
        "OTKLIK_URL": parsed.url,
        "OTKLIK_DATA": parsed.data,
        "DATABASE_URL": parsed.database,
    }
    named = parsed.file or os.environ.get("OTKLIK_SETTINGS_FILE", "").strip()
    path = Path(named if named != "none" else "").absolute() if named else usual_places()[0]
    who = {"login": parsed.login, "name": parsed.name, "email": parsed.email}
    return init(path, options, who, training=parsed.training, ask=not parsed.yes)


def _administrator(parsed: argparse.Namespace) -> int:
    from otklik.site.prepare import let_in

    if parsed.name and not parsed.new:
        return say("--name: имя дают новому администратору, добавьте --new. Прежнему его меняют на странице «Люди».")
    return let_in(parsed.login, parsed.name, fresh=parsed.new, without_factor=parsed.without_second_factor)
