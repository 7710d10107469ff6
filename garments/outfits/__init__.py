"""Several garments worn at once."""
