"""From a product photo to the garment alone."""
