"""PostgreSQL and Valkey from wheels, for demonstration, development and tests.

Standard library only. Production brings its own servers and never imports this package.
"""


class EmbeddedError(Exception):
    """Why a server cannot be had, as one sentence for the person at the terminal."""
