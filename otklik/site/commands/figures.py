"""Reports, and counting again what was counted."""

import argparse

from otklik.site.commands.base import Commands


def add(commands: Commands) -> None:
    report = commands.add_parser("report", help="отчёт по всему региону в файл: xlsx, docx или pdf")
    report.add_argument("--kind", default="", choices=("daily", "weekly", "monthly"), help="вид, если нужна проверка")
    when = report.add_mutually_exclusive_group(required=True)
    when.add_argument("--period", metavar="ПЕРИОД", help="месяц 2026-06, неделя 2026-W24 или день 2026-06-14")
    when.add_argument("--day", metavar="ДЕНЬ", help="то же для суточного листа: 2026-06-14")
    report.add_argument("--format", required=True, choices=("xlsx", "docx", "pdf"), help="в каком виде записать")
    report.add_argument("--output", required=True, metavar="ФАЙЛ", help="куда записать: целиком или никак")
    report.add_argument("--template", default="", metavar="ФАЙЛ", help="свой шаблон Word вместо загруженного")
    report.set_defaults(run=_report)

    audit = commands.add_parser("audit", help="ничего не потеряно и не сказано дважды: сверка журнала и ответов")
    audit.add_argument(
        "--sandbox",
        action=argparse.BooleanOptionalAction,
        default=None,
        help="сверить с песочницей или обойтись базой и журналом; по умолчанию с песочницей у учебной установки",
    )
    audit.add_argument("--json", action="store_true", help="одной строкой JSON")
    audit.set_defaults(run=_audit)

    registers = commands.add_parser("registers", help="пересчитать обещания и тех, кому не ответили")
    registers.set_defaults(run=_registers)


def _report(parsed: argparse.Namespace) -> int:
    from otklik.site.report import report

    code = parsed.day or parsed.period
    return report(parsed.kind, code, parsed.format, parsed.output, parsed.template)


def _audit(parsed: argparse.Namespace) -> int:
    from otklik.site.audit import audit

    return audit(as_json=parsed.json, beside=parsed.sandbox)


def _registers(_: argparse.Namespace) -> int:
    from otklik.site.registers import bring_up

    return bring_up()
