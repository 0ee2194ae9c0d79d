"""What may be done on the distribution panel."""

from peticionamento.comum.permissoes import Papel, declarar

declarar("distribuicao.painel", Papel.TRIADOR, Papel.COORDENADOR, Papel.ADMINISTRADOR)
declarar("distribuicao.avisos", Papel.ADMINISTRADOR)
declarar("distribuicao.ajustar", Papel.ADMINISTRADOR)
declarar("distribuicao.reentregar", Papel.TRIADOR, Papel.COORDENADOR, Papel.ADMINISTRADOR)
declarar("distribuicao.pausar", Papel.COORDENADOR, Papel.ADMINISTRADOR)
