"""Measures of how good detections and recognitions are."""
