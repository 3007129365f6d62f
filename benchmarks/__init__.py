"""Measured figures: `make bench`, or `python -m benchmarks NAME…`; results go to docs/benchmarks.md by hand."""
