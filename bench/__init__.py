"""Measurements of the running product. They print figures; they decide nothing and no test depends on them."""
