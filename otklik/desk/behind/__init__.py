"""The cards behind a figure: each number of a page of figures leads to them."""
