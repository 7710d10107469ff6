"""Finds the named points of a garment on its cut-out, and says how far they can be trusted."""
