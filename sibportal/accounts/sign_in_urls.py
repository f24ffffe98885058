"""The addresses of signing in, of allauth: what the portal offers, and no more.

Nobody changes their own e-mail address here (an administrator invited it), confirms one, or signs
in by a mailed code; `account_signup` stays only because the sign-in page asks for its address, and
the adapter keeps it closed.
"""

import allauth.account.urls
from django.urls import URLPattern, URLResolver, include, path

NOT_OFFERED = {
    "account_email",
    "account_email_verification_sent",
    "account_confirm_email",
    "account_confirm_login_code",
}

urlpatterns: list[URLPattern | URLResolver] = [
    *(entry for entry in allauth.account.urls.urlpatterns if entry.name not in NOT_OFFERED),
    path("two-step/", include("allauth.mfa.urls")),
]
