"""Use cases of the registers, one subject a file."""
