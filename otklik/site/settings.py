"""All settings. Each option is one environment variable, described in docs/settings.md (a test keeps it so)."""

import os
from pathlib import Path

import dj_database_url
from django.utils.translation import gettext_lazy as _

from otklik.lib.sqlite import may_distrust_schema
from otklik.networks.registry import NETWORKS
from otklik.site import addresses, env
from otklik.site.env import oidc_apps, second_factor

ROOT = Path(__file__).resolve().parents[2]
E = env.read_environment(os.environ, env.usual_places())

DATA = Path(env.text(E, "OTKLIK_DATA", str(env.USUAL_DATA))).resolve()
MODE = env.choice(E, "OTKLIK_MODE", "demo", ("demo", "real"))
PORT = env.number(E, "OTKLIK_PORT", 8000, 1, 65535)
SANDBOX_PORT = env.number(E, "SANDBOX_PORT", 8100, 1, 65535)
ADDRESS = addresses.site(E, "OTKLIK_URL", f"http://127.0.0.1:{PORT}")
REGION = env.region(E, "OTKLIK_REGION", training=MODE == "demo")

SECRET_KEY_FILE = DATA / "secret.key"
SECRET_KEY_SET = bool(E.get("OTKLIK_SECRET_KEY", "").strip())
SECRET_KEY = env.secret(E, "OTKLIK_SECRET_KEY", SECRET_KEY_FILE)
SECRET_KEY_FALLBACKS = env.earlier(E, "OTKLIK_OLD_SECRET_KEYS", SECRET_KEY_FILE)
# Whom we were asked to forget is known again by a hash with this key. It is not changed with the other: the list would
# know nobody any more. The list stands outside the database too, so that no restore makes it older.
FORGOTTEN_KEY_FILE = DATA / "forgotten.key"
FORGOTTEN_KEY_SET = bool(E.get("OTKLIK_FORGOTTEN_KEY", "").strip())
FORGOTTEN_KEY = env.secret(E, "OTKLIK_FORGOTTEN_KEY", FORGOTTEN_KEY_FILE)
FORGOTTEN_FILE = DATA / "forgotten.txt"
SANDBOX_TOKEN_FILE = DATA / "sandbox.key"
SANDBOX_TOKEN = env.secret(E, "SANDBOX_CONTROL_TOKEN", SANDBOX_TOKEN_FILE)
SANDBOX_ADDRESS = f"http://127.0.0.1:{SANDBOX_PORT}"

DEBUG = False
ALLOWED_HOSTS = addresses.hosts(E, "OTKLIK_HOSTS", "127.0.0.1,localhost,[::1]", ADDRESS)
HTTPS = ADDRESS.startswith("https://")
CSRF_TRUSTED_ORIGINS = [ADDRESS] if HTTPS else []
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 3600
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
BEHIND_PROXY = env.flag(E, "OTKLIK_BEHIND_PROXY", "no")
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
# Only the proxy can tell which way somebody came: without its word every page would lead to itself for ever.
SECURE_SSL_REDIRECT = HTTPS and BEHIND_PROXY
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
# Whether the region's other sites speak TLS is not ours to promise: no subdomains, no preload lists.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 4 * 1024 * 1024
FILE_UPLOAD_PERMISSIONS = 0o600  # pictures of citizens; static files, which nobody but this site's server reads, too
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

# How long an approved answer waits before it is sent, so that the approval can be taken back. Seconds; a longer wait
# would hold up every answer for the sake of the few that are taken back.
UNDO_HOLD = env.number(E, "OTKLIK_UNDO_HOLD", 10, 0, 60)
# How long to wait between two looks for an answer whose outcome is unknown. Seconds.
LOOK_AGAIN = env.number(E, "OTKLIK_LOOK_AGAIN", 60, 1, 3600)
# How long an answer that is not seen is looked for on a network without a key before it is said again. Seconds; 0:
# never by itself, a person decides. Longer than any network's delay between taking a text and showing it.
LOOK_FOR = env.number(E, "OTKLIK_LOOK_FOR", 600, 0, 7200)
# How long a network has for an answer before we take it that none comes. Seconds.
ANSWER_WITHIN = env.number(E, "OTKLIK_ANSWER_WITHIN", 20, 1, 300)
# How long the author's silence is awaited before a card closes itself. Hours.
SILENCE_HOURS = env.number(E, "OTKLIK_SILENCE_HOURS", 96, 1, 24 * 60)
# How long a question back waits for the author before the card returns to the operator. Hours.
CLARIFICATION_HOURS = env.number(E, "OTKLIK_CLARIFICATION_HOURS", 48, 1, 24 * 60)
# Within how many hours by the wall the first answer counts as quick in figures. Hours.
QUICK_HOURS = env.number(E, "OTKLIK_QUICK_HOURS", 6, 1, 23)
# How long personal data are kept. Days; 0: nothing is forgotten by the clock. Counted from: raw payloads as they came;
# an author after the last of his cards was closed; pictures, and the words of surveys and outside executors, after
# their card was closed; texts that came onto no card since they were heard; looks as they happened; calls of other
# programs since they were written down.
KEEP_RAW = env.number(E, "OTKLIK_KEEP_RAW", 30, 0, 3650)
KEEP_AUTHORS = env.number(E, "OTKLIK_KEEP_AUTHORS", 365, 0, 3650)
KEEP_MEDIA = env.number(E, "OTKLIK_KEEP_MEDIA", 365, 0, 3650)
KEEP_WORDS = env.number(E, "OTKLIK_KEEP_WORDS", 365, 0, 3650)
KEEP_STREAM = env.number(E, "OTKLIK_KEEP_STREAM", 180, 0, 3650)
KEEP_LOOKS = env.number(E, "OTKLIK_KEEP_LOOKS", 365, 30, 3650)
KEEP_CALLS = env.number(E, "OTKLIK_KEEP_CALLS", 30, 7, 3650)
WEBHOOK_MAX_BYTES = env.number(E, "OTKLIK_WEBHOOK_MAX_BYTES", 2 * 1024 * 1024, 1024, 64 * 1024 * 1024)
WEB_THREADS = env.number(E, "OTKLIK_WEB_THREADS", 8, 1, 128)
# How often one program may ask. Times a minute.
API_A_MINUTE = env.number(E, "OTKLIK_API_A_MINUTE", 300, 1, 100_000)
# How far back posts are reconciled with what is held, and how many calls of a token that may take in a day.
RECONCILE_DAYS = env.number(E, "OTKLIK_RECONCILE_DAYS", 60, 1, 365)
RECONCILE_CALLS = env.number(E, "OTKLIK_RECONCILE_CALLS", 5000, 0, 1_000_000)
READERS = env.number(E, "OTKLIK_READERS", 4, 1, 64)
# Where copies of the whole installation are put, and how many of those made by night stay (0: none is made). A training
# region needs none.
BACKUPS = Path(env.text(E, "OTKLIK_BACKUPS", str(DATA / "backups"))).resolve()
# The key of age that they are sealed with; without one they lie in the clear.
BACKUP_KEY_FILE = env.file(E, "OTKLIK_BACKUP_KEY_FILE")
BACKUP_KEEP = env.number(E, "OTKLIK_BACKUP_KEEP", 7, 0, 366)
NIGHTLY_COPIES = BACKUP_KEEP if MODE == "real" else 0
# Where the journal's head is written down every night, so that one who rewrites the journal is noticed: a folder that
# is not this machine's own, and an address of mail.
ANCHORS = env.file(E, "OTKLIK_ANCHORS")
ANCHOR_MAIL = env.text(E, "OTKLIK_ANCHOR_MAIL", "")
# How much memory of each process is given to kept figures. A million cards take about 70. Megabytes.
MONTHS_MEMORY = env.number(E, "OTKLIK_MONTHS_MEMORY", 128, 1, 16 * 1024)

# How long alerts for one person are gathered into one letter. Minutes.
ALERTS_GATHER = env.number(E, "OTKLIK_ALERTS_GATHER", 5, 0, 240)
# How long an answer waits for one approver before the next one is told. Minutes.
APPROVAL_PASSES_ON = env.number(E, "OTKLIK_APPROVAL_PASSES_ON", 60, 5, 7 * 24 * 60)
# How long somebody on duty has for «принял» before the next one is called. Minutes.
DUTY_CONFIRMS_WITHIN = env.number(E, "OTKLIK_DUTY_CONFIRMS_WITHIN", 10, 1, 240)
# The bot that tells colleagues. It is not an account: citizens neither read it nor are read by it.
ALERTS_BOT = env.choice(E, "OTKLIK_ALERTS_BOT", "off", ("off", "max", "telegram"))
ALERTS_BOT_KEY = env.token(E, "OTKLIK_ALERTS_BOT_KEY")
ALERTS_BOT_NAME = env.text(E, "OTKLIK_ALERTS_BOT_NAME", "")
if ALERTS_BOT != "off":
    env.needs("OTKLIK_ALERTS_BOT", {"OTKLIK_ALERTS_BOT_KEY": ALERTS_BOT_KEY})

# Base addresses of the networks: exactly these hosts and ports are let through by the one client.
NETWORK_BASES = addresses.addresses(E, "OTKLIK_NETWORK_BASES", NETWORKS)
OUT_PROXY = addresses.proxy(E, "OTKLIK_PROXY")
OUT_CA_FILE = addresses.certificates(E, "OTKLIK_CA_FILE")
# Networks that are not public and where neighbours' programs are told what happens all the same.
HOOKS_INSIDE = addresses.networks(E, "OTKLIK_HOOKS_INSIDE")

# The sentence model: "auto" on this machine where it fits, "off", or the address of somebody's `/embeddings`.
EMBEDDINGS = addresses.choice_or_address(E, "OTKLIK_EMBEDDINGS", "auto", ("auto", "off"))
EMBEDDINGS_MODEL = env.text(E, "OTKLIK_EMBEDDINGS_MODEL", "")
EMBEDDINGS_KEY = env.token(E, "OTKLIK_EMBEDDINGS_KEY")

INSTALLED_APPS = [
    "otklik.journal",
    "otklik.places",
    "otklik.themes",
    "otklik.people",
    "otklik.networks",
    "otklik.inbox",
    "otklik.incidents",
    "otklik.triage",
    "otklik.routing",
    "otklik.answers",
    "otklik.publishing",
    "otklik.feedback",
    "otklik.notify.alerts",
    "otklik.backups",
    "otklik.finding",
    "otklik.feedback.registers",
    "otklik.reports",
    "otklik.notify.hooks",
    "otklik.privacy",
    "otklik.flow",
    "otklik.exchange.moving",
    "otklik.desk",
    "otklik.api",
    "otklik.demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
]

MIDDLEWARE = [
    "otklik.site.middleware.Numbered",
    "otklik.site.watched.Watched",
    "otklik.site.counting.Counting",
    "otklik.site.preparing.Preparing",
    "otklik.api.middleware.Programs",
    "otklik.desk.pulse.Pulse",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "otklik.site.middleware.ContentSecurityPolicy",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "otklik.site.middleware.Pushes",
    "otklik.site.middleware.Nobody",
    "otklik.site.middleware.Sessions",
    "otklik.site.middleware.Language",
    "otklik.site.middleware.NoNul",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "otklik.desk.errors.Words",
    "otklik.desk.second_factor.SecondFactor",
    "otklik.desk.gate.Looks",
]

ROOT_URLCONF = "otklik.site.urls"
WSGI_APPLICATION = "otklik.site.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.jinja2.Jinja2",
        "APP_DIRS": True,
        "OPTIONS": {"environment": "otklik.desk.jinja.environment"},
    },
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "otklik.desk.shell.shell",
            ],
        },
    },
]

DATABASE_URL = addresses.database(E, "DATABASE_URL", f"sqlite:///{DATA / 'otklik.sqlite3'}")
# A kept line is tried before each use: after a restart of the server nobody meets one that is dead.
DATABASES = {"default": dj_database_url.parse(DATABASE_URL, conn_max_age=600, conn_health_checks=True)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        # Prepared statements, some 40 kB each, of every thread's line: a hundred of them are most of what a site grows
        # by in a day, and pages take no less of the processor for it (bench/memory.py).
        "cached_statements": 24,
        # Each thread keeps its own pages of the database, and the system keeps all of them once: 1 MB is for what is
        # read again at once, and only a long transaction takes more (5000 pages) until it ends.
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-1000;"
        " PRAGMA cache_spill=5000; "
        + ("PRAGMA trusted_schema=OFF;" if may_distrust_schema() else "")
        # What is forgotten is overwritten in the file as well, not only taken out of sight.
        + " PRAGMA secure_delete=ON;",
    }
    # A file, not memory: tests share it with the processes they start, and it keeps what a real one keeps.
    DATABASES["default"]["TEST"] = {"NAME": str(DATA / "test.sqlite3")}
CACHES = {"default": {"BACKEND": "otklik.people.counters.Rows"}}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = ["otklik.desk.second_factor.Backend"]
_FACTOR = env.choice(E, "OTKLIK_SECOND_FACTOR", "auto", ("auto", "required", "everyone", "off"))
SECOND_FACTOR = second_factor(_FACTOR, training=MODE == "demo")
MFA_ADAPTER = "otklik.desk.second_factor.Adapter"
MFA_SUPPORTED_TYPES = ["recovery_codes", "totp", "webauthn"]
MFA_TOTP_ISSUER = "Отклик"
# Sign-in by the organisation's own provider; without an address there is none.
OIDC_ISSUER = addresses.provider(E, "OTKLIK_OIDC_ISSUER")
OIDC_CLIENT = env.text(E, "OTKLIK_OIDC_CLIENT", "")
OIDC_SECRET = env.token(E, "OTKLIK_OIDC_SECRET")
OIDC_TITLE = env.text(E, "OTKLIK_OIDC_TITLE", "Единый вход")
OIDC_MATCH = env.choice(E, "OTKLIK_OIDC_MATCH", "username", ("username", "email"))
OIDC_FACTOR = env.choice(E, "OTKLIK_OIDC_FACTOR", "ours", ("ours", "theirs"))
SOCIALACCOUNT_ADAPTER = "otklik.desk.oidc.Adapter"
# The link on the page of sign-in leads there at once: a form would be led to another host, which the policy refuses.
SOCIALACCOUNT_LOGIN_ON_GET = True
SOCIALACCOUNT_EMAIL_VERIFICATION = "none"
_APPS = oidc_apps(OIDC_ISSUER, OIDC_CLIENT, OIDC_SECRET)
SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"OAUTH_PKCE_ENABLED": True, "APPS": _APPS}}
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "otklik.desk.signin.LongEnough", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
CSRF_FAILURE_VIEW = "otklik.desk.errors.csrf_failure"
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_ADAPTER = "otklik.desk.signin.Adapter"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_LOGOUT_ON_GET = False
# Of an organisation many come from one address: strictly is counted what fails for one name from one address (`key`),
# widely what fails from an address and, whoever guesses from many of them, what fails for a name.
ACCOUNT_RATE_LIMITS = {
    "login": "120/m/ip",
    "login_failed": "60/m/ip,600/h/ip,5/5m/key",
    "login_failed_anywhere": "100/h/key",
}
# Nobody can make up an address of his own: without a proxy its header is not read.
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if BEHIND_PROXY else 0

LANGUAGE_CODE = "ru"
LANGUAGES = [("ru", _("Русский")), ("en", _("English"))]
# What a network says stands in English in its own folder.
LOCALE_PATHS = [ROOT / "otklik" / "desk" / "locale", *sorted((ROOT / "otklik" / "networks").glob("*/locale"))]
TIME_ZONE = env.zone(E, "OTKLIK_TIME_ZONE", "Europe/Moscow")
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = DATA / "static"
MEDIA_ROOT = DATA / "media"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
WHITENOISE_MANIFEST_STRICT = False
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
# Mail: "file" keeps letters in the data folder, "auto" is that in training and none in real work.
MAIL = env.choice(E, "OTKLIK_MAIL", "auto", ("auto", "file", "smtp", "off"))
MAIL_GOES = MAIL in ("file", "smtp") or (MAIL == "auto" and MODE == "demo")
MAIL_WAY = "smtp" if MAIL == "smtp" else "filebased" if MAIL_GOES else "dummy"
EMAIL_BACKEND = f"django.core.mail.backends.{MAIL_WAY}.EmailBackend"
EMAIL_FILE_PATH = DATA / "mail"
EMAIL_HOST = env.text(E, "OTKLIK_MAIL_HOST", "localhost")
EMAIL_PORT = env.number(E, "OTKLIK_MAIL_PORT", 465, 1, 65535)
EMAIL_HOST_USER = env.text(E, "OTKLIK_MAIL_USER", "")
EMAIL_HOST_PASSWORD = env.token(E, "OTKLIK_MAIL_PASSWORD")
MAIL_SECURITY = env.choice(E, "OTKLIK_MAIL_SECURITY", "tls", ("tls", "starttls", "none"))
EMAIL_USE_SSL, EMAIL_USE_TLS = MAIL_SECURITY == "tls", MAIL_SECURITY == "starttls"
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = addresses.sender(E, "OTKLIK_MAIL_FROM", "otklik@localhost")

# Opens /metrics and /health.json from elsewhere; without it they are for this machine alone.
METRICS_TOKEN = env.long_token(E, "OTKLIK_METRICS_TOKEN")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {"()": "otklik.lib.logs.LineFormatter"},
        "json": {"()": "otklik.lib.logs.JsonFormatter"},
    },
    "filters": {"outages": {"()": "otklik.lib.outages.OncePerMinute"}},
    "handlers": {
        "stderr": {
            "class": "otklik.lib.redact.RedactingHandler",
            "filters": ["outages"],
            "formatter": env.choice(E, "OTKLIK_LOG_FORMAT", "line", ("line", "json")),
        }
    },
    "root": {
        "handlers": ["stderr"],
        "level": env.choice(E, "OTKLIK_LOG_LEVEL", "INFO", ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")),
    },
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.server": {"handlers": [], "propagate": True},
        # Every scanner would fill the log with a traceback.
        "django.security.DisallowedHost": {"handlers": [], "level": "CRITICAL", "propagate": True},
        "pymorphy3": {"level": "WARNING"},
        # It counts who waits for a thread, line by line.
        "waitress.queue": {"level": "ERROR"},
        "httpx": {"level": "CRITICAL"},
        "httpcore": {"level": "CRITICAL"},
    },
}

E.check()
