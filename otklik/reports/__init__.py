"""Figures for heads: pure questions over what the stages left behind, each with its n.

It only reads.
"""
