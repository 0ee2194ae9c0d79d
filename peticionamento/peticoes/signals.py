"""What this room announces. Listeners write rows in the same transaction, and nothing else."""

from blinker import Signal

protocolada = Signal()
"""A petition is being filed: sender is the Peticao; keywords `agora`, the instant of filing, and `acompanhamento`, its
row still to be written, where the listener says where the petition stands. It has no number yet."""

mudando = Signal()
"""The author's side is about to change a filed petition: sender is that Peticao. Listeners lock their own rows now, so
that the order of locks is the same everywhere: the demand, then what this room keeps of the petition."""

juntada = Signal()
"""Documents went into a filed petition: sender is the Peticao that brought them (`origem` is where they are now);
keyword `agora`."""

respondida_diligencia = Signal()
"""The author answered what SEGOV had asked: sender is the Diligencia, closed; keywords `detalhe` (which documents),
`por`, `agora`."""

reaberta = Signal()
"""The author was not content with the answer: sender is the Peticao; keywords `motivo`, `por`, `agora`."""

reiterada = Signal()
"""A demand was repeated: sender is the first Peticao, its demand locked; keywords `vezes` (this one too), `agora`."""
