"""`otklik`: the one command line. Each command is one function below; heavy imports wait until it is known which."""

import argparse
import logging
import os
import re
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from otklik.site.env import WrongSetting

DESCRIPTION = "Отклик: регион отвечает на то, что люди пишут в социальных сетях."
REGISTRY = Path(__file__).resolve().parents[1] / "networks" / "registry.py"
EPILOG = "Настройки задаются переменными окружения: docs/settings.md. Начать: make demo."


def main(argv: Sequence[str] | None = None) -> int:
    """Entry point. Exit code 0: done; 1: done, and something is wrong; 2: cannot be done as asked."""
    parsed = _parser().parse_args(argv)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    # NumPy's products of one text are slower on several threads, which spin and take the other processes' cores.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    try:
        run: Callable[[argparse.Namespace], int] = parsed.run
        if run is _understand:  # without settings and a database, which take a second
            return run(parsed)
        import django

        django.setup()
        return _run(parsed)
    except WrongSetting as wrong:
        return _say(f"Неверная настройка: {wrong}")
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # `otklik … | head`
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def known_networks() -> list[str]:
    """The kinds of networks by their lines in the registry: to import them all takes longer than most commands."""
    lines = REGISTRY.read_text(encoding="utf-8")
    return sorted(re.findall(r"^from otklik\.networks\.(\w+)\.network import", lines, re.MULTILINE))


def _run(parsed: argparse.Namespace) -> int:
    from django.db import OperationalError, ProgrammingError

    from otklik.lib.redact import redact

    run: Callable[[argparse.Namespace], int] = parsed.run
    try:
        return run(parsed)
    except (OperationalError, ProgrammingError) as error:
        return _say(f"База данных недоступна или не подготовлена: {redact(str(error).partition(chr(10))[0])}")
    except BrokenPipeError:
        raise
    except Exception:
        # Python would print it past the redactor.
        logging.getLogger("otklik").exception("the command failed")
        return 1


def _say(sentence: str) -> int:
    sys.stderr.write(f"{sentence}\n")
    return 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("otklik", description=DESCRIPTION, epilog=EPILOG)
    commands = parser.add_subparsers(title="команды", metavar="команда", required=True)
    kinds = known_networks()

    demo = commands.add_parser("demo", help="учебный регион целиком: песочница, обработчик и сайт")
    demo.add_argument("--describe", action="store_true", help="не запускать, а описать учебный регион в цифрах")
    demo.add_argument("--fresh", action="store_true", help="стереть учебный регион и построить заново")
    demo.add_argument("--small", action="store_true", help="без семи месяцев истории: быстрый старт")
    demo.add_argument("--host", default="127.0.0.1", help="адрес сайта (по умолчанию только этот компьютер)")
    demo.set_defaults(run=_demo)

    serve = commands.add_parser("serve", help="сайт")
    serve.add_argument("--host", default="127.0.0.1", help="адрес, на котором слушать")
    serve.set_defaults(run=_serve)

    work = commands.add_parser("work", help="обработчик: читает сети, разбирает, отвечает")
    work.add_argument("--only", default="", metavar="ШАГ", help="только один шаг (список: --only ?)")
    work.set_defaults(run=_work)

    sandbox = commands.add_parser("sandbox", help="песочница: учебные социальные сети")
    sandbox.add_argument("--host", default="127.0.0.1", help="адрес, на котором слушать")
    inside = sandbox.add_subparsers(title="действия", metavar="действие")
    post = inside.add_parser("post", help="написать тексты из файла как комментарии жителей")
    post.add_argument("--network", default="vk", metavar="СЕТЬ", choices=kinds, help=", ".join(kinds))
    post.add_argument("--csv", required=True, metavar="ФАЙЛ", help="CSV в UTF-8 с заголовком")
    post.add_argument("--text-column", default="text", metavar="СТОЛБЕЦ")
    post.add_argument("--rate", default="5/s", metavar="N/s", help="сколько в секунду")
    post.add_argument("--limit", type=int, default=0, metavar="N", help="не больше стольких (0: все)")
    post.set_defaults(run=_sandbox_post)
    sandbox.set_defaults(run=_sandbox)

    check = commands.add_parser("check", help="самопроверка аккаунтов: ключи, права, подписки")
    check.set_defaults(run=_check)

    networks = commands.add_parser("networks", help="социальные сети: что система понимает в их данных")
    doing = networks.add_subparsers(title="действия", metavar="действие", required=True)
    parse = doing.add_parser("parse", help="разобрать JSON сети и напечатать сообщения, по строке JSON на каждое")
    parse.add_argument("network", metavar="СЕТЬ", choices=kinds, help=", ".join(kinds))
    parse.add_argument("files", nargs="*", metavar="ФАЙЛ", help="без файлов читается стандартный ввод")
    parse.set_defaults(run=_networks_parse)

    keys = commands.add_parser("secrets", help="ключ, которым зашифрованы ключи доступа")
    acts = keys.add_subparsers(title="действия", metavar="действие", required=True)
    rotate = acts.add_parser("rotate", help="новый ключ: зашифровать всё заново (обработчик и сайт остановлены)")
    rotate.set_defaults(run=_secrets_rotate)
    forget = acts.add_parser("forget", help="удалить прежние ключи")
    forget.set_defaults(run=_secrets_forget)

    _add_understanding(commands)

    _add_report(commands)

    audit = commands.add_parser("audit", help="ничего не потеряно и не сказано дважды: сверка с песочницей")
    audit.add_argument("--json", action="store_true", help="одной строкой JSON")
    audit.set_defaults(run=_audit)

    registers = commands.add_parser("registers", help="пересчитать обещания и тех, кому не ответили")
    registers.set_defaults(run=_registers)
    return parser


def _add_report(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    report = commands.add_parser("report", help="отчёт по всему региону в файл: xlsx, docx или pdf")
    report.add_argument("--kind", default="", choices=("daily", "weekly", "monthly"), help="вид, если нужна проверка")
    when = report.add_mutually_exclusive_group(required=True)
    when.add_argument("--period", metavar="ПЕРИОД", help="месяц 2026-06, неделя 2026-W24 или день 2026-06-14")
    when.add_argument("--day", metavar="ДЕНЬ", help="то же для суточного листа: 2026-06-14")
    report.add_argument("--format", required=True, metavar="xlsx|docx|pdf")
    report.add_argument("--output", required=True, metavar="ФАЙЛ", help="куда записать: целиком или никак")
    report.add_argument("--template", default="", metavar="ФАЙЛ", help="свой шаблон Word вместо загруженного")
    report.set_defaults(run=_report)


def _add_understanding(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    understand = commands.add_parser(
        "understand", help="что, о чём, где, насколько срочно: строки JSON на входе, вердикты на выходе"
    )
    understand.add_argument("--jobs", type=int, default=1, metavar="N", help="сколькими процессами (по умолчанию 1)")
    understand.add_argument(
        "--prior", default="uniform", metavar="uniform|ФАЙЛ", help="как часто пишут о каждой теме: CSV с долями"
    )
    understand.add_argument("--model", default="", metavar="ФАЙЛ", help="модель вместо поставляемой")
    understand.add_argument("--no-embeddings", action="store_true", help="без модели предложений: только слова")
    understand.set_defaults(run=_understand)

    train = commands.add_parser("train", help="учиться темам на карточках, которые решили люди")
    chosen = train.add_mutually_exclusive_group()
    chosen.add_argument("--list", action="store_true", help="какие модели выучены и какая действует")
    chosen.add_argument("--back", action="store_true", help="отозвать действующую модель: вернётся прежняя")
    chosen.add_argument("--nightly", action="store_true", help="как ночью: не мешая другим, и только если есть новое")
    train.set_defaults(run=_train)

    places = commands.add_parser("places", help="места региона: районы, населённые пункты, улицы")
    does = places.add_subparsers(title="действия", metavar="действие", required=True)
    loads = does.add_parser("load", help="загрузить список мест (CSV, TOML) или границы (GeoJSON): всё или ничего")
    loads.add_argument("file", metavar="ФАЙЛ", help="файл; krasnodar: список края, который есть в системе")
    loads.add_argument(
        "--attribution", default="", metavar="«© …»", help="подпись под картой, если её нет в файле границ"
    )
    loads.add_argument("--check", action="store_true", help="только проверить файл")
    loads.set_defaults(run=_places_load)


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


def _sandbox(parsed: argparse.Namespace) -> int:
    from otklik.site.processes import sandbox_command

    command, environment = sandbox_command(parsed.host)
    os.execve(command[0], command, environment)  # noqa: S606 our own interpreter and our own module


def _sandbox_post(parsed: argparse.Namespace) -> int:
    from otklik.site.replay import replay

    return replay(parsed.csv, parsed.text_column, parsed.rate, parsed.limit, parsed.network)


def _check(_: argparse.Namespace) -> int:
    from otklik.site.selfcheck import check

    return check()


def _networks_parse(parsed: argparse.Namespace) -> int:
    from otklik.site.payloads import parse

    return parse(parsed.network, parsed.files)


def _understand(parsed: argparse.Namespace) -> int:
    from otklik.site.understand import Asked, run, shared_out
    from otklik.triage.theme.model import ModelError
    from otklik.triage.theme.priors import UNIFORM, PriorError

    for name in (parsed.prior if parsed.prior != UNIFORM else "", parsed.model):
        if name and not Path(name).is_file():
            return _say(f"Нет такого файла: {name}")
    jobs, threads = shared_out(parsed.jobs)
    asked = Asked(parsed.prior, parsed.model, embeddings=not parsed.no_embeddings, threads=threads)
    try:
        return run(sys.stdin.buffer, sys.stdout.buffer, asked, jobs)
    except (ModelError, PriorError) as error:
        return _say(f"Так не получится: {error}")


def _train(parsed: argparse.Namespace) -> int:
    from otklik.site.train import back, listing, train

    if parsed.list:
        return listing()
    if parsed.nightly:
        os.nice(15)
    return back() if parsed.back else train(nightly=parsed.nightly)


def _secrets_rotate(_: argparse.Namespace) -> int:
    from otklik.site.rotate import rotate

    return rotate()


def _secrets_forget(_: argparse.Namespace) -> int:
    from otklik.site.rotate import forget

    return forget()


def _places_load(parsed: argparse.Namespace) -> int:
    from otklik.site.places import load

    return load(parsed.file, only_check=parsed.check, attribution=parsed.attribution)


def _report(parsed: argparse.Namespace) -> int:
    from otklik.site.report import report

    code = parsed.day or parsed.period
    return report(parsed.kind, code, parsed.format, parsed.output, parsed.template)


def _audit(parsed: argparse.Namespace) -> int:
    from otklik.site.audit import audit

    return audit(as_json=parsed.json)


def _registers(_: argparse.Namespace) -> int:
    from otklik.site.registers import bring_up

    return bring_up()


if __name__ == "__main__":
    sys.exit(main())
