"""Who works on cards by shifts, and whose hands are the desk's and not an agency's."""

from otklik.people.models import Role

WORKING = (Role.OPERATOR, Role.CURATOR, Role.EXECUTOR, Role.ADMINISTRATOR)
DESK = (Role.OPERATOR, Role.ADMINISTRATOR)
