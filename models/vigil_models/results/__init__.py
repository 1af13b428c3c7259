"""The comparisons behind models/RESULTS.md, produced by one command.

Reading order: `plan` (which networks are trained), `support_choices`, `detector_measures` and `recognizer_measures` (what is
measured on each), `runner` (trains and measures what is not there yet), `report` (writes the page from stored runs).
"""
