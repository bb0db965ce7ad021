"""Bringing an index up to date: scan the corpus, plan the work, build a generation, report."""
