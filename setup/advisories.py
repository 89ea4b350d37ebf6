"""Ask whether a locked package has a known fault. Exit code 1: one has; 0: none has, or nobody could be asked.

A machine without the service's data must not stop a check that has nothing to do with it: that is said and passed
over. `setup/advisories.py [words for pip-audit]`.
"""

import json
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
LOCKS = ("requirements/run.txt", "requirements/develop.txt")
PATIENCE = 120  # seconds for each lock


def ask(lock, words):
    """What pip-audit prints about one lock; "" when it does not come back in time."""
    command = [sys.executable, "-m", "pip_audit", "-r", lock, "--disable-pip", "--require-hashes"]
    command += ["-f", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        return subprocess.run(
            command + words, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=PATIENCE
        ).stdout.decode("utf-8", "replace")
    except subprocess.TimeoutExpired:
        return ""


def read(told):
    """(faults as sentences, how many packages were looked up, how many the service does not know)."""
    try:
        packages = json.loads(told)["dependencies"]
    except (ValueError, KeyError, TypeError):
        return [], 0, 0
    unknown = [one for one in packages if "skip_reason" in one]
    faults = []
    for one in packages:
        for fault in one.get("vulns", []):
            mended = ", ".join(fault.get("fix_versions", [])) or "ещё нигде"
            faults.append("%s %s: %s, исправлено: %s" % (one["name"], one["version"], fault["id"], mended))
    return faults, len(packages) - len(unknown), len(unknown)


def say(sentence):
    sys.stdout.write(sentence + "\n")


def main(words):
    code = 0
    for lock in LOCKS:
        faults, looked, unknown = read(ask(lock, words))
        if not looked:
            say("Пропущено: известные уязвимости пакетов %s не проверены, служба не отвечает или не знает их." % lock)
            break  # whoever does not answer once is not asked twice
        for fault in faults:
            say("Уязвимость: " + fault)
            code = 1
        left = ", неизвестны службе: %d" % unknown if unknown else ""
        say("%s: проверено пакетов: %d, уязвимостей: %d%s" % (lock, looked, len(faults), left))
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
