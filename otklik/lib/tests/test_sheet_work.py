from otklik.lib.cell import Cell
from otklik.lib.xlsx_rows import MOST_COLUMNS, MOST_SPREAD, Merged, _Spread


class Cells(dict[int, Cell]):
    """Counts what is written into it."""

    written = 0

    def setdefault(self, column: int, cell: Cell = "") -> Cell:
        Cells.written += 1
        return super().setdefault(column, cell)


def test_a_value_is_spread_over_its_merged_cells_and_those_of_a_hostile_sheet_are_left() -> None:
    _number, cells = _Spread([Merged(1, 1, 2, 2)]).over((1, Cells({1: "Вода"})))
    assert cells == {1: "Вода", 2: "Вода"}
    Cells.written = 0
    hostile = _Spread([Merged(0, 1, 16_000, 1_000_000)] * 100)
    for number in range(1, 1000):
        hostile.over((number, Cells({0: "x"})))
    assert MOST_SPREAD - MOST_COLUMNS <= Cells.written <= MOST_SPREAD + MOST_COLUMNS
