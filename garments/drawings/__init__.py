"""Random garments with known points, drawn to teach the landmark network."""
