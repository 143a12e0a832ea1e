"""`python -m imbbench`."""

from imbbench.cli import main

main(prog_name="imbbench")
