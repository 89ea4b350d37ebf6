"""Measurements of the running product. They print figures; they decide nothing and no test depends on them.

`chaos` alone decides: whether every approved answer stands once, whatever breaks meanwhile.
"""
