"""Pages of the accounts app, by noun."""
