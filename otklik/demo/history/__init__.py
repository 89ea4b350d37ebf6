"""Seven months of the demonstration region's life, drawn from a seed and written with all the rows a real life leaves.

It writes tables directly, since the verbs of the product cost milliseconds each; `otklik.demo.checker` holds it to
what they would have written. It must not know the sandbox: what is said here was never said in any network.
"""
