"""Answers under load while everything around them breaks, and a judge who counts what stands in the networks.

Real processes, killed at random; networks that break the line before or after they took the text; a database that dies
and a disk that fills up. What happens when is planned from a seed alone (`plan`). Nothing of this is for the product:
its code carries no switch for any of it.
"""
