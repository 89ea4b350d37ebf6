"""The cards behind a figure: numbers of the situation lead to them."""
