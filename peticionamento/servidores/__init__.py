"""The servers of `make run` and of the tests: a real PostgreSQL, a real Valkey, a mail server that keeps what it gets.

Nothing here knows a room; in production none of it runs.
"""
