"""Winnow."""
