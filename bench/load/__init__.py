"""What the machine does under load: `python -m bench.load drain | change | queue | push | idle`.

Real worker and site processes on a database of the bench's own. Wall times depend on what else the machine does; the
processor's time and the number of statements do not.
"""

MEASURED = ("take-in", "judge", "suggest")
"""From the first claim of these to the last end of one is what a citizen waits for."""
IN_VAIN, BETWEEN = "looks in vain", "between turns"
"""What is counted apart: turns of any step that claimed nothing, and statements outside of turns."""
