"""Sheets in and out: reference data by spreadsheet (lists), and incidents as another system's export has them (moving).

Whatever they write goes through the layers below, with their rules and refusals. They know no page, and nothing of
each other.
"""
