"""What this room announces; who listens is in the later rooms' `listeners.py`."""

from __future__ import annotations

from blinker import Signal

convidando = Signal()
"""A message to an agency's focal point is about to carry a link to receive or decline without signing in.

Sent with the Entrega, and `resumo` (the hash of the link's token), `vence_dia` (its last day) and `agora`; once for
each try, in a transaction that is on disk before the message goes.
"""
