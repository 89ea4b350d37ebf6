"""Every page of the desk that somebody may have before him: what is photographed, and what is looked over for access.

`tests/test_screens.py` asks every address of the desk whether it is here.
"""

from tests.screens.administration import ADMINISTRATION
from tests.screens.desk import DESK, LAST
from tests.screens.entry import ENTRY
from tests.screens.screen import Screen

SCREENS: tuple[Screen, ...] = (*DESK, *ADMINISTRATION, *ENTRY, *LAST)
