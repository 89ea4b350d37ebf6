"""Every page that somebody who works here sees, one module a page. Views are thin: verbs live on the nouns.

It must not be imported by any stage of the flow.
"""
