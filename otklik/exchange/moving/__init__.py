"""Moving house: incidents come in from an export of «Инцидент Менеджмент», and go out in the same 47 columns.

What comes in is history: nothing of it is ever due, sent or asked. This package knows every table of a card, and must
know neither the steps that work on cards nor any page.
"""
