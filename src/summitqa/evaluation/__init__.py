"""Evaluation: suites of cases, metrics with intervals, comparison with a baseline.

By job:

* suites: `cases` (their shape), `suite_file` (reading), `check` (against the corpus),
  `formats` (public formats: BEIR, SQuAD, conversations, passage spans)
* running: `run`, `corpora` (temporary indexes for public formats)
* metrics: `metrics` (the table of all), `retrieval`, `evidence`, `short_answer`,
  `abstention`, `bootstrap`
* reporting: `report`, `baseline`, `table`, `page`
"""
