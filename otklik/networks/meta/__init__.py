"""What Facebook and Instagram share, for both stand on Meta's Graph API: calls, reading, speaking, setting up.

Not a network itself. It must not know what is stored or decided elsewhere, nor which of the two it serves: that is a
`Side` or a `Dialect`, handed in. Pure but for `Access.http`; the clock is an argument.
"""
