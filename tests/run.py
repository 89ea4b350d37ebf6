"""`make test`: the whole suite on SQLite, what touches the database on PostgreSQL too; says what was skipped."""

import os
import shutil
import subprocess
import sys
import time

import psycopg

PARALLEL = ["-n", "2", "--dist", "loadscope"]
"""What stays together on one worker, conftest.py says."""
ON_BOTH = "not looks and not once and (not browser or either)"
"""What is run on PostgreSQL too. A page looks the same and its scripts do the same whatever the server reads; these
take as long as all the rest."""
PLACES = ("postgresql:///postgres", "postgresql://postgres@127.0.0.1/postgres")


def find_postgresql() -> str:
    """The address to test on: TEST_DATABASE_URL, or a server on the local socket; "" when there is neither."""
    given = os.environ.get("TEST_DATABASE_URL", "")
    for address in [given] if given else PLACES:
        try:
            with psycopg.connect(address, connect_timeout=3):
                return address
        except psycopg.Error:
            continue
    return ""


def run(title: str, words: list[str], database: str = "") -> int:
    """One run of pytest; prints how long it took."""
    environment = {**os.environ, "DATABASE_URL": database} if database else dict(os.environ)
    if not database:
        environment.pop("DATABASE_URL", None)
    sys.stdout.write(f"\n== {title}\n")
    sys.stdout.flush()
    began = time.monotonic()
    code = subprocess.run([sys.executable, "-m", "pytest", *words], env=environment, check=False).returncode
    sys.stdout.write(f"== {title}: {'ok' if code == 0 else f'failed ({code})'}, {time.monotonic() - began:.0f} s\n")
    sys.stdout.flush()
    return code


def main() -> int:
    required = os.environ.get("OTKLIK_TEST_REQUIRE", "").split()
    words = sys.argv[1:]
    parallel = [] if any(word.startswith("-n") for word in words) else PARALLEL
    codes = [run("SQLite", [*parallel, *words])]
    address = find_postgresql()
    skipped = []
    if address:
        once = [] if any(word.startswith("-m") for word in words) else ["-m", ON_BOTH]
        codes.append(run("PostgreSQL", [*parallel, "--database-only", *once, *words], address))
    else:
        skipped.append(
            "PostgreSQL: нет сервера на локальном сокете. Взять: apt install postgresql, или TEST_DATABASE_URL"
        )
    if not shutil.which("chromium"):
        skipped.append("браузерные проверки: нет Chromium. Взять: apt install chromium")
    for sentence in skipped:
        sys.stdout.write(f"Пропущено: {sentence}\n")
    if ("postgresql" in required and not address) or ("chromium" in required and not shutil.which("chromium")):
        sys.stdout.write("Здесь требуется всё: пропуск считается ошибкой.\n")
        return 1
    return max(codes)


if __name__ == "__main__":
    sys.exit(main())
