"""Putting it together: settings, addresses, the WSGI application and the one command line."""
