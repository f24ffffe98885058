"""Pages about outcomes, by noun."""
