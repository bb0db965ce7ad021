"""Speed and scale, runnable by anyone: ``python -m benchmarks.NAME``."""
