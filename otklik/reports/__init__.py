"""Figures for heads: quick questions over what the stages left behind, each with its n; and reports made of them.

Of the stages it only reads. Its folded months hold nothing that could not be folded anew; its own are the formula of
the rating, what is open to everybody, schedules, what was sent by them, and the region's template.
"""
