"""What may be done in the registers room."""

from __future__ import annotations

from peticionamento.comum.permissoes import Papel, declarar

declarar("cadastros.administrar", Papel.ADMINISTRADOR)
