"""The service and its command line."""

import os

# Our matrices are small: with threads of its own, numpy's BLAS takes 5 to 15 ms where one thread takes 0.1 ms.
# It reads this once, when numpy is first imported, so it has to stand here.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
