"""The page's own typeface as files that paper can hold: what PDF embeds is TrueType, and npm brings WOFF2 by scripts.

One weight a file, the scripts that Russian and English take joined into one.
"""

from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from fontTools.merge import Merger
from fontTools.merge.options import Options
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

SCRIPTS = ("cyrillic", "latin", "latin-ext", "cyrillic-ext")
WEIGHTS = {"regular": 400, "bold": 650}
# What a typesetter needs for other tables than these, reportlab does not read.
DROPPED = ("GPOS", "GSUB", "GDEF", "DSIG", "STAT", "meta", "HVAR", "MVAR", "avar")


def printed(sources: dict[str, bytes]) -> dict[str, bytes]:
    """«golos-regular.ttf» and «golos-bold.ttf» from one variable WOFF2 a script; the same bytes for the same input."""
    return {f"golos-{name}.ttf": _joined(sources, weight) for name, weight in WEIGHTS.items()}


def _joined(sources: dict[str, bytes], weight: int) -> bytes:
    with TemporaryDirectory() as folder:
        parts = []
        for script in SCRIPTS:
            part = Path(folder) / f"{script}.ttf"
            _still(sources[script], weight).save(part)
            parts.append(str(part))
        whole = Merger(Options(drop_tables=list(DROPPED))).merge(parts)
        for number in (1, 3, 4, 6):  # two typefaces of one name are taken for one by those who print
            whole["name"].setName(f"Golos{weight}", number, 3, 1, 0x409)
        made = TTFont(parts[0])["head"].modified
        whole["head"].created = whole["head"].modified = made
        whole.recalcTimestamp = False
        out = BytesIO()
        whole.save(out)
    return out.getvalue()


def _still(woff2: bytes, weight: int) -> TTFont:
    font = instantiateVariableFont(TTFont(BytesIO(woff2), recalcTimestamp=False), {"wght": weight}, inplace=True)
    font.flavor = None
    for table in DROPPED:
        if table in font:
            del font[table]
    return font
