"""From a mesh file to a garment on the resting body."""
