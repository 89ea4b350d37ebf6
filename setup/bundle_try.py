"""Tries an archive of setup/bundle.py on a bare Debian without a network; only root can, on Linux, with debootstrap.

`python setup/bundle_try.py ARCHIVE SUITE [SUITE]`, for example bookworm trixie. Each is made with nothing but Python,
then entered in a network namespace of its own: no route leads anywhere. There the archive is unpacked and installed by
the words of the guide, a region is begun, and the site has to show its page of signing in.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

PORT = 8000
# The first line makes sure that nobody can be reached.
STEPS = f"""
set -eu
if python3 -c "import socket; socket.create_connection(('1.1.1.1', 53), 3)" 2>/dev/null; then
  echo "a route is there"
  exit 9
fi
mkdir -p /opt && tar -xzf /tmp/otklik.tar.gz -C /opt
cd /opt/otklik-*
python3 setup/bootstrap.py
export OTKLIK_SETTINGS_FILE=/etc/otklik.env
.venv/bin/otklik init --yes --region "Озёрская область" --file /etc/otklik.env --data /var/lib/otklik \\
  --url http://127.0.0.1:{PORT}
.venv/bin/otklik serve >/tmp/site.log 2>&1 &
site=$!
.venv/bin/otklik work >/tmp/worker.log 2>&1 &
worker=$!
python3 - <<'PAGE'
import time, urllib.request
for _ in range(240):
    try:
        page = urllib.request.urlopen("http://127.0.0.1:{PORT}/accounts/login/", timeout=5).read().decode()
        break
    except OSError:
        time.sleep(0.5)
else:
    raise SystemExit("the site does not answer: " + open("/tmp/site.log").read()[-2000:])
assert "password" in page and "vendor/" in page, page[:500]
style = next(part for part in page.split('"') if "vendor/" in part and part.endswith(".css"))
assert urllib.request.urlopen("http://127.0.0.1:{PORT}" + style, timeout=5).status == 200
PAGE
.venv/bin/otklik understand <<'TEXT' >/tmp/verdict.json
{{"text": "Во дворе на Мира, 5 третий день нет воды"}}
TEXT
grep -q theme /tmp/verdict.json
kill $worker && wait $worker
kill $site && wait $site || true
echo TRIED
"""


def main(words: list[str]) -> int:
    if len(words) < 2 or os.geteuid() != 0:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    archive = Path(words[0]).resolve()
    return max(_tried(archive, suite) for suite in words[1:])


def _tried(archive: Path, suite: str) -> int:
    root = Path(tempfile.mkdtemp(prefix=f"otklik-{suite}-"))
    try:
        command = ["debootstrap", "--variant=minbase", "--include=python3,iproute2", suite, str(root)]
        made = subprocess.run(command, capture_output=True, text=True, check=False)
        if made.returncode:
            sys.stderr.write(f"{suite}: debootstrap failed\n{made.stdout[-1000:]}{made.stderr[-1000:]}\n")
            return 2
        shutil.copy(archive, root / "tmp" / "otklik.tar.gz")
        (root / "tmp" / "try.sh").write_text(STEPS)
        began = time.monotonic()
        inside = f"ip link set lo up; exec chroot {root} /bin/sh /tmp/try.sh"
        lonely = ["unshare", "--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"]
        mounted = f"mount -t proc proc {root}/proc; mount --bind /dev {root}/dev; {inside}"
        bare = {"PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LANG": "C.UTF-8"}
        done = subprocess.run([*lonely, mounted], capture_output=True, text=True, check=False, env=bare)
        good = done.returncode == 0 and "TRIED" in done.stdout
        took = time.monotonic() - began
        sys.stdout.write(f"{suite}: {'installed and answered' if good else 'FAILED'} without a network, {took:.0f} s\n")
        if not good:
            sys.stdout.write(f"{done.stdout[-3000:]}{done.stderr[-3000:]}\n")
        return 0 if good else 1
    finally:
        shutil.rmtree(root, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
