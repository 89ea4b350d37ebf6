"""Ask whether a locked package has a known fault, Python's and the browser's. Exit code 1: one has; 0: none has.

A machine that cannot ask must not stop a check that has nothing to do with it: that is said, and counts as nothing.
With `--release` it is an error, because what nobody has asked about is not released.
`setup/advisories.py [--release] [words for pip-audit]`.
"""

import json
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCKS = ("requirements/run.txt", "requirements/develop.txt")
BROWSER = "package-lock.json"
PATIENCE = 120  # seconds for each lock
RELEASE = "--release"


def ask(command):
    """What it prints; "" when there is no such command or it does not come back in time."""
    path = os.path.join(ROOT, ".venv", "bin") + os.pathsep + os.environ["PATH"]
    try:
        return subprocess.run(
            command,
            cwd=ROOT,
            env=dict(os.environ, PATH=path),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=PATIENCE,
        ).stdout.decode("utf-8", "replace")
    except (subprocess.TimeoutExpired, OSError):
        return ""


def python(lock, words):
    """(faults as sentences, how many packages were looked up, how many the service does not know)."""
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--disable-pip", "--require-hashes"]
    command += ["-f", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        packages = json.loads(ask(command + words))["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [], 0, 0
    unknown = [one for one in packages if "skip_reason" in one]
    faults = []
    for one in packages:
        for fault in one.get("vulns", []):
            mended = ", ".join(fault.get("fix_versions", [])) or "ещё нигде"
            faults.append("%s %s: %s, исправлено: %s" % (one["name"], one["version"], fault["id"], mended))
    return faults, len(packages) - len(unknown), len(unknown)


def browser():
    """The same of the packages of npm, whose service does not tell what it does not know."""
    npm = shutil.which("npm") or "npm"
    try:
        report = json.loads(ask([npm, "audit", "--json", "--package-lock-only"]))
        looked = report["metadata"]["dependencies"]["total"]
        causes = [(name, via) for name, one in report["vulnerabilities"].items() for via in one["via"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return [], 0, 0
    # A package that only needs a faulty one names it by a word.
    faults = [
        "%s %s: %s (%s)" % (name, via.get("range", ""), via.get("title", ""), via.get("url", ""))
        for name, via in causes
        if isinstance(via, dict)
    ]
    return faults, looked, 0


def say(sentence):
    sys.stdout.write(sentence + "\n")


def main(words):
    release = RELEASE in words
    words = [word for word in words if word != RELEASE]
    code, silent = 0, []
    for lock in (*LOCKS, BROWSER):
        if lock in LOCKS and silent:  # whoever does not answer once is not asked twice
            silent.append(lock)
            continue
        faults, looked, unknown = browser() if lock == BROWSER else python(lock, words)
        if not looked:
            silent.append(lock)
            continue
        for fault in faults:
            say("Уязвимость: " + fault)
            code = 1
        left = ", неизвестны службе: %d" % unknown if unknown else ""
        say("%s: проверено пакетов: %d, уязвимостей: %d%s" % (lock, looked, len(faults), left))
    if silent:
        what = "известные уязвимости НЕ проверены (%s): служба не отвечает или не знает их." % ", ".join(silent)
        if release:
            say("Выпустить нельзя: %s Повторите на машине, с которой она отвечает." % what)
            return 1
        say("Внимание: %s" % what)
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
