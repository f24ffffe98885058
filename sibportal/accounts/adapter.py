"""How allauth behaves here: nobody signs up by themselves, an administrator invites."""

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in without public sign-up."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False
