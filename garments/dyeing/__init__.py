"""Colours: how they are named, measured and changed."""
