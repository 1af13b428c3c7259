"""Vigil's models: Temporal RoI Align and the Temporal Adaptive Module."""
