"""`python -m drillbook` -> the `drillbook` command."""

from drillbook.cli import main

if __name__ == "__main__":
    main(prog_name="drillbook")
