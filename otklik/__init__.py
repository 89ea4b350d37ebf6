"""Otklik: a region answers what people write in social networks.

Each package below is one stage of the flow; imports point one way, and import-linter holds it (pyproject.toml).
"""
