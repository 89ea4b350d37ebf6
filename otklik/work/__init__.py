"""What people and programs do: every verb once, with its schema, its guard and whom it tells (docs/adr/0036).

Pages and programs find the thing and show the result; the layers below own the rows. It knows no address, no page and
no HTTP.
"""
