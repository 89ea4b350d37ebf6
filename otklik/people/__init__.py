"""Who works here: users, the tree of agencies, and grants (role × agency subtree × territory).

It answers «may this person touch that agency and that place»; what an incident is, it does not know.
"""
