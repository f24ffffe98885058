"""Moved to sibportal.web.doors."""

from sibportal.web.doors import accepted, signed_in, status_of

__all__ = ["accepted", "signed_in", "status_of"]
