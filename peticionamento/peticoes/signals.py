"""What this room announces. Listeners write rows in the same transaction, and nothing else."""

from blinker import Signal

protocolada = Signal()
"""A petition was filed: sender is the Peticao; keyword `agora`, the instant of filing."""
