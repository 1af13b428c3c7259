"""The two networks, each readable in the order its data passes: `tam` and `tra`."""
