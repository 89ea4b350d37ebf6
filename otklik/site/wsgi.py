"""The WSGI application, for gunicorn."""

import os

from django.core.wsgi import get_wsgi_application

os.umask(0o077)  # as in cli.py, under whatever server
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
application = get_wsgi_application()

from otklik.lib.database import end_idle_transactions  # noqa: E402 Django must be set up first

end_idle_transactions()
