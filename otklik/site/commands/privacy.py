"""Personal data: forgetting a person who asks for it, what is forgotten by the clock, what is kept where."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    forget = commands.add_parser("forget", help="забыть жителя, который об этом просит; без --do только показать")
    who = forget.add_mutually_exclusive_group(required=True)
    who.add_argument("address", nargs="?", metavar="АДРЕС", help="ссылка на профиль: vk.com/id1, t.me/имя")
    who.add_argument("--again", action="store_true", help="снова всех из списка: после возврата к старой копии базы")
    forget.add_argument("--do", action="store_true", help="сделать, а не только показать: вернуть будет нельзя")
    forget.add_argument("--with-open", action="store_true", help="и тогда, когда ему ещё не ответили")
    forget.set_defaults(run=_forget)

    retention = commands.add_parser("retention", help="что сколько хранится и сколько уже пора стереть")
    retention.add_argument(
        "--map", action="store_true", help="записать docs/personal-data.md: что где хранится и зачем"
    )
    retention.set_defaults(run=_retention)


def _forget(parsed: argparse.Namespace) -> int:
    from otklik.site.forget import again, forget

    return again() if parsed.again else forget(parsed.address, do=parsed.do, with_open=parsed.with_open)


def _retention(parsed: argparse.Namespace) -> int:
    from otklik.site.data_map import write
    from otklik.site.forget import retention

    return write() if parsed.map else retention()
