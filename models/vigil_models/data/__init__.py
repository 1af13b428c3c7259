"""Data sets drawn from the synthetic world."""
