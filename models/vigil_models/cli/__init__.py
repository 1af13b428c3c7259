"""One module per verb of `python3 -m vigil_models`; each has HELP, add_arguments(parser) and run(args)."""
