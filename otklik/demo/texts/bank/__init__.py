"""The hand-written sheets: what people of the region complain of, theme by theme, in the notation of `sheet.py`.

Pure text. It knows nothing of how the fragments are put together, nor of places, dates and networks.
"""

from otklik.demo.texts.bank import (
    authority,
    energy,
    health,
    houses,
    housing,
    learning,
    parking,
    roads,
    safety,
    social,
    transport,
    yards,
)

SHEETS: tuple[str, ...] = tuple(
    module.SHEET
    for module in (
        yards,
        parking,
        roads,
        housing,
        houses,
        transport,
        energy,
        health,
        learning,
        social,
        safety,
        authority,
    )
)
