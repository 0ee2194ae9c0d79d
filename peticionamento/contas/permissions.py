"""What may be done at the door."""

from peticionamento.comum.permissoes import liberar

liberar("contas.propria")
"""One's own account: password, devices."""

liberar("inicio.ver")
"""The first page after signing in, which sends each person to their room."""
