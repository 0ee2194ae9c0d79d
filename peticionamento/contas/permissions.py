"""What may be done at the door."""

from peticionamento.comum.permissoes import Papel, declarar

declarar("contas.propria", *Papel)
"""One's own account: password, devices."""

declarar("inicio.ver", *Papel)
"""The first page after signing in, which sends each person to their room."""
