"""The product's own settings on a data folder of this run's own, shared with the processes that tests start."""

import atexit
import os
import shutil

from tests import scratch

if "OTKLIK_TEST_DATA" not in os.environ:
    os.environ["OTKLIK_TEST_DATA"] = str(scratch.folder())
    atexit.register(shutil.rmtree, os.environ["OTKLIK_TEST_DATA"], ignore_errors=True)
os.environ["OTKLIK_DATA"] = os.environ["OTKLIK_TEST_DATA"]
os.environ["OTKLIK_SETTINGS_FILE"] = "none"
os.environ.setdefault("OTKLIK_LOG_LEVEL", "ERROR")
# Four minutes of looking are five looks: stories with many of them are told in a bearable time.
os.environ.setdefault("OTKLIK_LOOK_FOR", "240")
# Everything has to work without the sentence model; what needs it turns it on.
os.environ.setdefault("OTKLIK_EMBEDDINGS", "off")

from otklik.site import env
from otklik.site.settings import *  # noqa: F403 the environment comes first

SECRET_KEY = env.keep(SECRET_KEY, SECRET_KEY_FILE)  # noqa: F405 shared with the processes
FORGOTTEN_KEY = env.keep(FORGOTTEN_KEY, FORGOTTEN_KEY_FILE)  # noqa: F405
STATIC_ROOT.mkdir(parents=True, exist_ok=True)  # noqa: F405
# The slow hash is what makes passwords safe, and tests long.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}  # noqa: F405
# A thread of the live server may wait for ever on a line that its client keeps: it must not hold the test's database.
DATABASES["default"]["CONN_MAX_AGE"] = 0  # noqa: F405
