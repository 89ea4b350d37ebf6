"""The pages for people, common to all networks: a place with its posts and comments, one post, a private dialogue.

They stand on `acts.Acts` (what can be done) and on `contract.Stage` (how this network is looked at: what its addresses
mean, what things are called there, its colour and shape). They must not know any network by name.
"""
