"""Somebody at a browser of their own: goes to pages, types, presses, reads.

Fields are found by their name and buttons by what they say, as assistive technology does.
"""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client

from sibportal.accounts.models import User
from tests.factories.accounts import PASSWORD


class Person:
    """One browser with its own cookies. `complaints` are what the browser itself objects to."""

    def __init__(self, browser: Any, url: str, *, scripts: bool = True, width: int = 1440) -> None:
        self._url = url
        self._context = browser.new_context(
            base_url=url,
            locale="en-GB",
            java_script_enabled=scripts,
            viewport={"width": width, "height": 900},
        )
        self._context.set_default_timeout(15_000)
        self.page = self._context.new_page()
        self.complaints: list[str] = []
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("console", self._heard)

    def _heard(self, message: Any) -> None:
        if "Content Security" in message.text:
            self.complaints.append(message.text)

    def leave(self) -> None:
        self._context.close()

    # Going ---------------------------------------------------------------------------------------
    def sign_in(self, email: str, password: str = PASSWORD) -> Person:
        self.go("/sign-in/login/")
        self.fill(login=email, password=password)
        self.press("Sign in")
        assert "/sign-in/" not in self.page.url, self.text()
        return self

    def come_back(self, user: User) -> Person:
        """Be signed in already, from an earlier visit."""
        client = Client()
        client.force_login(user)
        user.refresh_from_db()
        kept = {
            settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value,
            settings.LANGUAGE_COOKIE_NAME: user.language,
        }
        self._context.add_cookies(
            [{"name": name, "value": value, "url": self._url} for name, value in kept.items()]
        )
        return self

    def go(self, address: str) -> int:
        """Open an address; the status of the answer."""
        answer = self.page.goto(address)
        assert answer is not None
        return int(answer.status)

    def here(self) -> str:
        """The path of the page."""
        return re.sub(r"^https?://[^/]+", "", self.page.url)

    def follow(self, link: str) -> Person:
        """Follow the first link with these words."""
        self.page.get_by_role("link", name=link).first.click()
        self.page.wait_for_load_state()
        return self

    def press(self, button: str) -> Person:
        """Press the button with exactly these words at its beginning."""
        words = re.compile(rf"^\s*{re.escape(button)}")
        with self.page.expect_navigation():
            self.page.locator("main").get_by_role("button", name=words).first.click()
        return self

    def keys(self, pressed: str) -> Person:
        """Press keys that lead to another page, as `Control+Enter`."""
        with self.page.expect_navigation():
            self.page.keyboard.press(pressed)
        return self

    def access_key(self, letter: str) -> Person:
        """Press Alt, Shift and a letter, with the text that Chromium knows access keys by."""
        pressed = {
            "key": letter.upper(), "code": f"Key{letter.upper()}", "unmodifiedText": letter,
            "modifiers": 1 | 8, "windowsVirtualKeyCode": ord(letter.upper()),
        }  # fmt: skip
        keyboard = self._context.new_cdp_session(self.page)
        for event in ("keyDown", "keyUp"):
            keyboard.send("Input.dispatchKeyEvent", {"type": event, **pressed})
        return self

    # Typing --------------------------------------------------------------------------------------
    def fill(self, **values: Any) -> Person:
        """Type, choose and tick by the names of fields; `__` in a name stands for a hyphen.

        A choice is given by its value, or as {"label": some of its words}.
        """
        for name, value in values.items():
            self._set(name.replace("__", "-"), value)
        return self

    def _set(self, name: str, value: Any) -> None:
        fields = self.page.locator(f'main [name="{name}"]')
        kind = fields.first.evaluate("field => field.type")
        if kind in ("radio", "checkbox") and not isinstance(value, bool):
            for one in value if isinstance(value, list) else [value]:
                self.page.locator(f'main [name="{name}"][value="{one}"]').check()
        elif kind == "checkbox":
            fields.first.set_checked(value)
        elif kind == "select-one" and isinstance(value, dict):
            option = fields.first.locator("option", has_text=value["label"]).first
            fields.first.select_option(option.get_attribute("value"))
        elif kind == "select-one":
            fields.first.select_option(value)
        elif kind == "file":
            fields.first.set_input_files(value)
        else:
            fields.first.fill(str(value))

    # Reading -------------------------------------------------------------------------------------
    def text(self, where: str = "main") -> str:
        """The words on the page, with plain spaces."""
        words: str = self.page.locator(where).first.inner_text()
        return re.sub(r"[\s\u00a0\u202f]+", " ", words)

    def shows(self, *phrases: str, where: str = "main") -> Person:
        found = self.text(where)
        for phrase in phrases:
            assert phrase in found, f"{phrase!r} is not on {self.here()}: {found}"
        return self

    def picture(self, name: str) -> Person:
        """For looking at: a folder in SIB_PICTURES gets a picture of the page."""
        if folder := os.environ.get("SIB_PICTURES"):
            self.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
        return self
