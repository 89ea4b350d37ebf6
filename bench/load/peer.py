"""The same jobs in procrastinate, in an environment of its own: nothing of the product is imported here.

`python -P peer.py URL work FILE [stuck]` is a worker that writes a line a job as `jobs.py` does. `put` does what it is
told on its input, a line each: `put NAME…`; `stalled`, which starts again what a dead worker has held, as its manual
advises to do; or nothing. After each it says how many workers there are. With `put make` it makes its tables first.
"""

import asyncio
import os
import sys
import time
from datetime import UTC, datetime
from typing import Any

import procrastinate

_url, _what, *_more = sys.argv[1:]
_line = f"{_url}{'&' if '?' in _url else '?'}application_name={_what}"
app: Any = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=_line))


async def one(name: str) -> None:
    while _more[1:]:
        await asyncio.sleep(1)
    os.write(_file, f"{name} {time.monotonic()}\n".encode())


job = app.task(name="job")(one)


async def work() -> None:
    async with app.open_async():
        await app.run_worker_async()


async def put() -> None:
    async with app.open_async():
        if _more:
            await app.schema_manager.apply_schema_async()
        while line := await asyncio.to_thread(sys.stdin.readline):
            command, *words = line.split()
            if command == "put":
                await job.batch_defer_async(*({"name": name} for name in words))
            elif command == "stalled":
                for one in await app.job_manager.get_stalled_jobs():
                    await app.job_manager.retry_job(one, retry_at=datetime.now(UTC))
            row = await app.connector.execute_query_one_async("SELECT count(*) AS workers FROM procrastinate_workers")
            sys.stdout.write(f"{row['workers']}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    if _what == "work":
        _file = os.open(_more[0], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    asyncio.run(work() if _what == "work" else put())
