"""A map of the municipalities for any page of figures: their shapes at one address, and values that colour them.

A page draws it with `desk/map/_map.html`, `map.css` and `map.js`, and puts a table with the same numbers beside it.
Nothing comes from outside: shapes are our own rows, boundaries where they were loaded and else a scheme.
"""
