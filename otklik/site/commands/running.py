"""The site, the worker, the demonstration."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    demo = commands.add_parser("demo", help="учебный регион целиком: песочница, обработчик и сайт")
    demo.add_argument("--describe", action="store_true", help="не запускать, а описать учебный регион в цифрах")
    demo.add_argument("--fresh", action="store_true", help="стереть учебный регион и построить заново")
    demo.add_argument("--small", action="store_true", help="без семи месяцев истории: быстрый старт")
    demo.add_argument("--host", default="127.0.0.1", metavar="АДРЕС", help="на каком слушать сайту (127.0.0.1)")
    demo.set_defaults(run=_demo, apart=True, begins=True)

    serve = commands.add_parser("serve", help="сайт: страницы, доступ программ, события сетей")
    serve.add_argument("--host", default="127.0.0.1", metavar="АДРЕС", help="на каком слушать (127.0.0.1)")
    serve.set_defaults(run=_serve, begins=True)

    work = commands.add_parser("work", help="обработчик: читает сети, разбирает, отвечает")
    work.add_argument("--only", default="", metavar="ШАГ", help="только один шаг (список: --only ?)")
    work.set_defaults(run=_work)

    check = commands.add_parser("check", help="самопроверка аккаунтов: ключи, права, подписки")
    check.set_defaults(run=_check)


def _demo(parsed: argparse.Namespace) -> int:
    if parsed.describe:
        from otklik.demo.describe import describe

        return describe()
    from otklik.site.demo import run

    return run(fresh=parsed.fresh, small=parsed.small, host=parsed.host)


def _serve(parsed: argparse.Namespace) -> int:
    from otklik.site.web import serve

    return serve(parsed.host)


def _work(parsed: argparse.Namespace) -> int:
    from otklik.site.worker import work

    return work(parsed.only)


def _check(_: argparse.Namespace) -> int:
    from otklik.site.selfcheck import check

    return check()
