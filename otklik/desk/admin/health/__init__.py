"""«Состояние»: what the machinery does and what waits for a person.

It reads the flow's rows and the networks' sources and accounts. It must not know what a step does with a row.
"""
