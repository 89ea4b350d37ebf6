"""Figures for heads: quick questions over what the stages left behind, each with its n.

It only reads what they wrote. Its own rows, the sheaves, hold nothing that could not be folded anew.
"""
