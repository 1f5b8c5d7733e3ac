"""What the scripts in this folder say when a client does not get what it should."""

import sys


def expect(what, got, wanted):
    """Ends the script with one line unless `got` is `wanted`."""
    if got != wanted:
        sys.exit(f"{what}: {got!r} instead of {wanted!r}")


def expect_in(what, part, got):
    """Ends the script with one line unless `part` is in `got`."""
    if part not in got:
        sys.exit(f"{what}: no {part!r} in {got!r}")


def expect_error(what, kind, call):
    """Ends the script with one line unless `call` raises `kind`; returns what it said."""
    try:
        got = call()
    except kind as error:
        return str(error)
    sys.exit(f"{what}: {got!r} instead of {kind.__name__}")
