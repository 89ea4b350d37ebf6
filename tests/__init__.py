"""End to end: over HTTP, in real processes and a real browser. The rest of the tests stands beside the code."""
