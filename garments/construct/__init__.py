"""From a cut-out with landmarks to a mesh on the resting body."""
