"""Personal data of citizens: what is kept where and for how long, what is forgotten by the clock, and how one person is
forgotten when he asks for it.

It stands above every stage that keeps a word of a citizen and reads and empties their rows; no stage knows of it. It
decides nothing about a card: to the flow a forgotten person is one who has deleted what he wrote.
"""
