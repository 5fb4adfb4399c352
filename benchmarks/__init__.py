"""Benchmarks: accuracy, speed, leaks and the cost in a crawl; see README.md in this folder."""

import os

# One thread for everybody's matrices. NumPy reads this when it is imported, so that it stands before all imports.
for _variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(_variable, "1")
