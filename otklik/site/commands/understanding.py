"""What a text is about, and learning it."""

import argparse
import os
import sys
from pathlib import Path

from otklik.site.commands.base import Commands, say, whole


def add(commands: Commands) -> None:
    understand = commands.add_parser(
        "understand", help="что, о чём, где, насколько срочно: строки JSON на входе, вердикты на выходе"
    )
    understand.add_argument("--jobs", type=whole, default=1, metavar="N", help="сколькими процессами (по умолчанию 1)")
    understand.add_argument(
        "--prior", default="uniform", metavar="uniform|ФАЙЛ", help="как часто пишут о каждой теме: CSV с долями"
    )
    understand.add_argument("--model", default="", metavar="ФАЙЛ", help="модель вместо поставляемой")
    understand.add_argument("--no-embeddings", action="store_true", help="без модели предложений: только слова")
    understand.set_defaults(run=_understand, bare=True)

    train = commands.add_parser("train", help="учиться темам на карточках, которые решили люди")
    chosen = train.add_mutually_exclusive_group()
    chosen.add_argument("--list", action="store_true", help="какие модели выучены и какая действует")
    chosen.add_argument("--back", action="store_true", help="отозвать действующую модель: вернётся прежняя")
    chosen.add_argument("--nightly", action="store_true", help="как ночью: не мешая другим, и только если есть новое")
    train.set_defaults(run=_train)


def _understand(parsed: argparse.Namespace) -> int:
    from otklik.site.understand import Asked, run, shared_out
    from otklik.triage.theme.model import ModelError
    from otklik.triage.theme.priors import UNIFORM, PriorError

    for name in (parsed.prior if parsed.prior != UNIFORM else "", parsed.model):
        if name and not Path(name).is_file():
            return say(f"Нет такого файла: {name}")
    jobs, threads = shared_out(parsed.jobs)
    asked = Asked(parsed.prior, parsed.model, embeddings=not parsed.no_embeddings, threads=threads)
    try:
        return run(sys.stdin.buffer, sys.stdout.buffer, asked, jobs)
    except (ModelError, PriorError) as error:
        return say(f"Так не получится: {error}")


def _train(parsed: argparse.Namespace) -> int:
    from otklik.site.train import back, listing, train

    if parsed.list:
        return listing()
    if parsed.nightly:
        os.nice(15)
    return back() if parsed.back else train(nightly=parsed.nightly)
