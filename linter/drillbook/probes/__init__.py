"""Asking real sources what a signal's values are. One module a kind of source; ``evaluate`` puts them together."""
