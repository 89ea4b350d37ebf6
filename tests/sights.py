"""Every page of the desk that somebody may stand before: what is photographed, and what is looked over for access.

`tests/test_sights.py` asks every address of the desk whether it is here.
"""

from tests.sight import Sight
from tests.sights_admin import ADMIN
from tests.sights_desk import DESK, LAST
from tests.sights_entry import ENTRY

SIGHTS: tuple[Sight, ...] = (*DESK, *ADMIN, *ENTRY, *LAST)
PICTURED: tuple[Sight, ...] = tuple(sight for sight in SIGHTS if sight.pictured)
