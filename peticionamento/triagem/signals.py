"""What this room announces. Listeners write rows in the same transaction, and nothing else."""

from blinker import Signal

encaminhada = Signal()
"""Demands were routed: sender is the list of their new Encaminhamentos; keyword `agora`, the instant."""

desfazendo = Signal()
"""A routing is being undone: sender is the Encaminhamento. A listener that finds its delivery begun raises Recusa."""

prosseguida = Signal()
"""Triage decided to go on without an agency that declined: sender is the Demanda; keywords `por`, `agora`."""
