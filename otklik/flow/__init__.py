"""The list of steps, which is the product's table of contents, and the loop that runs them.

It knows every stage's step and nothing of what is inside.
"""
