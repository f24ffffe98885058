"""The demo town: invented organisations, people and contracts, loaded by `load_demo_town`.

This module holds only what the demonstration prints; the rest of the package builds the town
through the services, as its people would.
"""

DEMO_PASSWORD = "sib-portal-demo"  # noqa: S105 - shown on the terminal, never used elsewhere
# One sign-in for each role: (what the person is, e-mail address).
SIGN_INS: list[tuple[str, str]] = [
    ("Official, prepares (county)", "preparer@kaislamaa.example"),
    ("Official, approves (county)", "approver@kaislamaa.example"),
    ("Official, second approval (county)", "second.approver@kaislamaa.example"),
    ("Official, approves (co-paying town)", "approver@kaislaranta.example"),
    ("Official, prepares (Swedish municipality)", "preparer@almvattna.example"),
    ("Case worker of the county", "case.worker@kaislamaa.example"),
    ("Provider's case worker (families)", "case.worker@perhepolku.example"),
    ("Provider's case worker (young adults)", "case.worker@sprangbradan.example"),
    ("Provider's case worker (sport teams)", "case.worker@joukkuekummit.example"),
    ("Service partner's case worker", "case.worker@nepsytuki.example"),
    ("Verifier", "verifier@mittakeppi.example"),
    ("Expert who decides disputes", "approver@sovintola.example"),
    ("Investor", "reader@klovergl.example"),
    ("Fund manager", "preparer@lumme.example"),
    ("Administrator of an organisation", "administrator@kaislamaa.example"),
    ("Outsider (another municipality)", "preparer@ulkosaari.example"),
]
