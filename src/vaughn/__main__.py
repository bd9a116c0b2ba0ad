"""`python -m vaughn` is the `vaughn` command."""

from vaughn.cli.main import main

if __name__ == "__main__":
    main()
