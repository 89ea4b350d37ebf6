#!/usr/bin/env python
"""Django's own commands, for developers. Everything a user needs is in `otklik --help`."""

import os
import sys

from django.core.management import execute_from_command_line

if __name__ == "__main__":
    os.umask(0o077)  # as in otklik/site/cli.py
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "otklik.site.settings")
    execute_from_command_line(sys.argv)
