"""Sentences for the definitions of metrics and for the data map of a contract."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from django.utils.functional import Promise

MESSAGES: dict[str, Promise] = {
    # Definitions of metrics
    "contracts.metric_change": _("Write a change above zero."),
    "contracts.metric_change_source": _(
        "Write where the smallest change that means something comes from, for example a study or"
        " what the parties agreed."
    ),
    "contracts.metric_change_unused": _("Yes or no has no size of change."),
    "contracts.metric_changed": _(
        "Somebody else defined version %(version)s meanwhile. Look at it first."
    ),
    "contracts.metric_code": _("Write lower-case letters, digits, hyphens and underscores only."),
    "contracts.metric_decimals": _("A number has 0 to 4 decimals, other kinds have none."),
    "contracts.metric_follow_up_only": _(
        "%(value)s is followed only: payment may not rest on it. Measure it alongside instead."
    ),
    "contracts.metric_is_a_number": _("This metric is a number. Say which number is reached."),
    "contracts.metric_is_yes_no": _("This metric is yes or no. It has no number to reach."),
    "contracts.metric_range": _("The largest value must be above the smallest."),
    "contracts.metric_range_unused": _("Yes or no has no smallest and largest value."),
    "contracts.metric_same": _("Nothing differs from version %(version)s."),
    "contracts.metric_taken": _("Somebody else just defined this version. Look at it first."),
    "contracts.metric_title": _("Write the title in all three languages."),
    "contracts.unknown_metric": _("There is no metric %(value)s in version %(version)s."),
    # The data map
    "contracts.data_item_missing": _("Write what is held, in at least one language."),
    "contracts.data_system_missing": _("Write where it is held, for example a register."),
    "contracts.data_basis_missing": _("Write the legal basis in at least one language."),
    "contracts.data_users_missing": _("Write who uses it, in at least one language."),
    "contracts.data_holder_one": _("Choose a party or write another holder: one of the two."),
    "contracts.data_ends_before_start": _("The end must be later than the start."),
    "contracts.data_item_changed": _(
        "Somebody else changed this line meanwhile. Open it again and look at what it says now."
    ),
    "contracts.data_item_withdrawn": _("This line is withdrawn. Add a new one."),
    "contracts.data_item_same": _("Nothing has changed."),
    "history.data_item.added": _("Added %(item)s to the data map"),
    "history.data_item.changed": _("Changed %(item)s in the data map"),
    "history.data_item.withdrawn": _("Withdrew %(item)s from the data map"),
}
