"""A restore or an upgrade that has begun and not ended: one small file in the data folder, read at every start.

While it exists nothing else starts: work on a database that is about to be replaced would be lost. The file survives a
kill and says what to do next.
"""

import json
import os
from pathlib import Path

from django.conf import settings

RESTORE, UPGRADE = "restore", "upgrade"


def file() -> Path:
    return Path(settings.DATA) / "unfinished.json"


def begin(what: str, stage: str, **details: str) -> None:
    """Record the stage, on disk before anything else is done."""
    path = file()
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with fresh.open("w", encoding="utf-8") as opened:
        json.dump({"what": what, "stage": stage, **details}, opened, ensure_ascii=False)
        opened.flush()
        os.fsync(opened.fileno())
    fresh.replace(path)


def standing() -> dict[str, str]:
    """What `begin` recorded last; {} when nothing is unfinished."""
    try:
        state = json.loads(file().read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except ValueError:  # written in one step: only a strange hand leaves it unreadable
        return {"what": RESTORE, "stage": "?"}
    return state if isinstance(state, dict) else {}


def end() -> None:
    file().unlink(missing_ok=True)


def sentence() -> str:
    """Why nothing may start now and what to do; "" when nothing is unfinished."""
    state = standing()
    if not state:
        return ""
    copy = state.get("copy", "ФАЙЛ")
    if state["what"] == UPGRADE:
        return (
            f"Обновление оборвалось на шаге «{state['stage']}». Продолжить: otklik upgrade. "
            f"Вернуть всё, как было: otklik upgrade --back (копия {copy})."
        )
    return f"Восстановление оборвалось на шаге «{state['stage']}». Выполните его снова: otklik restore {copy} --over"
