"""Pictures of why: what a detection or an action was decided on, drawn as in the papers' figures.

Reading order: `model` (a checkpoint or a package as named graphs), `fitting`, then `detection` and `action`,
which ask the graphs, and `strip`, which draws.
"""
