"""Figures of whole groups from a data holder's register: what terms need of them, when they are
due, whether they are plausible, and what they count for."""
