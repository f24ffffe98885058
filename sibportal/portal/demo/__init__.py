"""The demo town: invented organisations, people and contracts, loaded by `load_demo_town`."""

DEMO_PASSWORD = "sib-portal-demo"  # noqa: S105 - shown on the terminal, never used elsewhere
# One sign-in for each role: (what the person is, e-mail address).
SIGN_INS: list[tuple[str, str]] = []
