"""Django's settings for the sandbox: an HTTP framework and nothing else (no ORM, no sessions, no users).

`serve.py` puts the process's own values into the environment before Django reads this file:
SANDBOX_HOSTS (comma separated names that a Host header may carry) and SANDBOX_CONTROL_TOKEN.
"""

import os
import pathlib
import secrets

HERE = pathlib.Path(__file__).parent

DEBUG = False
# Only CSRF cookies are signed with it, so a key that lives as long as the process is enough.
SECRET_KEY = os.environ.get("SANDBOX_SECRET_KEY") or secrets.token_urlsafe(32)
ALLOWED_HOSTS = [name for name in os.environ.get("SANDBOX_HOSTS", "127.0.0.1,localhost").split(",") if name]
RECORD = os.environ.get("SANDBOX_RECORD", "")  # a file that gets every API answer, for the tests
CONTROL_TOKEN = os.environ.get("SANDBOX_CONTROL_TOKEN", "")

ROOT_URLCONF = "sandbox.urls"
INSTALLED_APPS: list[str] = []
DATABASES: dict[str, dict[str, str]] = {}
MIDDLEWARE = [
    "sandbox.guards.HostAndPolicy",
    "sandbox.admission.Admission",
    "django.middleware.csrf.CsrfViewMiddleware",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "templates"],
        "OPTIONS": {"context_processors": ["django.template.context_processors.csrf"]},
    }
]

LANGUAGE_CODE = "ru"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Moscow"
APPEND_SLASH = False
CSRF_COOKIE_NAME = "sandbox_csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Strict"

# A batch of many long texts in one control request; a network's own calls stay far below.
DATA_UPLOAD_MAX_MEMORY_SIZE = 48 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 200

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "loggers": {"django": {"handlers": ["console"], "level": "ERROR", "propagate": False}},
}
