"""Who works on cards by shifts, and whose hands are the desk's and not an agency's."""

from otklik.people.permissions import Permission, Role

WORKING = (Permission.JUDGE, Permission.ANSWER)
WORKERS = (Role.OPERATOR, Role.CURATOR, Role.EXECUTOR, Role.ADMINISTRATOR)
"""The same as people are called: a shift is handed to somebody of the giver's own role."""
DESK = (Role.OPERATOR, Role.ADMINISTRATOR)
