"""What the lists and the panel cost behind few and behind many finished demands: `make bench`.

The two are measured in one run on one machine, so the ratio means something even where absolute times do not.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import flask_migrate
from sqlalchemy import select, text

from config import RAIZ, Config
from peticionamento import create_app
from peticionamento.atendimento import queries as atendimento
from peticionamento.cadastros.carga import carregar_cadastros
from peticionamento.comum.db import db
from peticionamento.contas.models import Pessoa
from peticionamento.contas.queries import Gabinete
from peticionamento.demonstracao import carga
from peticionamento.demonstracao.pessoas import DOMINIO
from peticionamento.distribuicao import queries as distribuicao
from peticionamento.peticoes import queries as peticoes
from peticionamento.servidores import postgres
from peticionamento.triagem import queries as triagem

VEZES = 40
MUITAS = 1_000_000

# Finished demands of the past years, of many authors and agencies, written straight into the tables: only their weight
# matters here. The first author keeps a human number of them.
PESO = """
insert into peticoes_peticao (id, autor_id, chave, tipo_id, municipio_id, municipio_digitado, assunto, texto_html,
    estado, numero, criada_em, alterada_em, protocolada_em, versao)
  select n, a.ids[1 + n % array_length(a.ids, 1)], 'bench-' || n, t.id, 3106200, 'Belo Horizonte', 'Demanda ' || n,
    '<p>Texto</p>', 'protocolada', 'B' || n, d.em, d.em, d.em, 2
  from generate_series(:de, :ate) n,
    lateral (select now() - make_interval(mins => 60 * 24 * 40 + n::int % 2000000) as em) d,
    (select array_agg(id) ids from contas_pessoa where cargo like 'Deputad%' and email not like 'deputada1@%') a,
    (select min(id) id from cadastros_tipo_processo) t;
insert into peticoes_acompanhamento (peticao_id, autor_id, protocolada_em, etapa, onde, respondida_em, lida_em)
  select id, autor_id, protocolada_em, 'respondida', 'Respondida', protocolada_em, protocolada_em
  from peticoes_peticao where id between :de and :ate;
insert into triagem_demanda (id, peticao_id, estado, vence_dia, criada_em, versao, rodada)
  select id, id, 'concluida', protocolada_em::date + 7, protocolada_em, 5, 1 from peticoes_peticao
  where id between :de and :ate;
insert into triagem_encaminhamento (id, demanda_id, peticao_id, orgao_id, unidade_id, instrucao, vence_dia, estado,
    criado_em, respondido_em, homologado_em, versao, rodada)
  select p.id, p.id, p.id, u.orgao_id, u.id, 'Informar.', p.protocolada_em::date + 20, 'homologado', p.protocolada_em,
    p.protocolada_em, p.protocolada_em, 6, 1
  from peticoes_peticao p
    join (select id, orgao_id, row_number() over () r, count(*) over () c from cadastros_unidade) u
      on u.r = 1 + p.id % u.c
  where p.id between :de and :ate;
insert into distribuicao_entrega (id, encaminhamento_id, peticao_id, canal, destino, estado, tentativas, proxima_em,
    chave, criada_em, entregue_em, versao)
  select id, id, id, 'interno', 'X', 'entregue', 1, protocolada_em, 'b' || id, protocolada_em,
    protocolada_em + interval '1 second', 2
  from peticoes_peticao where id between :de and :ate;
"""


def _pessoa(apelido: str) -> Pessoa:
    return db.session().execute(select(Pessoa).where(Pessoa.email == f"{apelido}@{DOMINIO}")).scalar_one()


def _paginas() -> dict[str, Callable[[], object]]:
    triadora, agente = _pessoa("triagem1"), _pessoa("atendimento.ses")
    gabinete = Gabinete(_pessoa("deputada1").id)
    return {
        "fila de triagem": lambda: triagem.fila(triadora, triagem.Aba.AGUARDANDO, None),
        "contagens da fila": lambda: triagem.totais(triadora),
        "painel: números": distribuicao.numeros,
        "painel: por órgão": distribuicao.por_orgao,
        "painel: pendentes": distribuicao.pendentes,
        "caixa do órgão": lambda: atendimento.caixa(agente, atendimento.Aba.A_FAZER, None),
        "contagens da caixa": lambda: atendimento.totais(agente),
        "respondidas do órgão": lambda: atendimento.caixa(agente, atendimento.Aba.RESPONDIDAS, None),
        "respostas a homologar": lambda: atendimento.a_homologar(triadora, None),
        "lista da autora": lambda: peticoes.lista(gabinete, peticoes.Aba.TODAS, None),
        "resumo da autora": lambda: peticoes.resumo(gabinete),
    }


def _medir() -> dict[str, float]:
    """Median milliseconds of each read."""
    medidas = {}
    for nome, ler in _paginas().items():
        tempos = []
        for _ in range(VEZES):
            inicio = time.perf_counter()
            ler()
            tempos.append((time.perf_counter() - inicio) * 1000)
            db.session().rollback()
        medidas[nome] = statistics.median(tempos)
    return medidas


def _pesar(de: int, ate: int) -> None:
    for comando in PESO.split(";\n"):
        if comando.strip():
            db.session().execute(text(comando), {"de": de, "ate": ate})
    db.session().commit()


def main(muitas: int) -> None:
    """Load, measure, load, measure, compare."""
    with tempfile.TemporaryDirectory() as pasta:
        servidor = postgres.ligar(Path(pasta) / "pg", projeto=RAIZ, duravel=False)
        try:
            servidor.garantir_banco("bench")
            app = create_app(
                Config(servidor.url("bench"), "redis://127.0.0.1:1/0", f"file://{pasta}/arquivos", "b" * 32, "smtp://x")
            )
            with app.app_context():
                flask_migrate.upgrade()
                carregar_cadastros(DOMINIO)
                carga.carregar(60)
                poucas = _medir()
                for de in range(10_000_000, 10_000_000 + muitas, 100_000):
                    _pesar(de, min(de + 99_999, 10_000_000 + muitas - 1))
                db.session().connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(
                    text("vacuum analyze")
                )
                db.session().rollback()
                _contar(poucas, _medir(), muitas)
                db.engine.dispose()
        finally:
            servidor.parar()


def _contar(antes: dict[str, float], depois: dict[str, float], muitas: int) -> None:
    milhar = f"{muitas:,}".replace(",", ".")
    print(f"{'leitura':<24}{'60 demandas':>14}{'+ ' + milhar:>14}{'razão':>8}")
    for nome, ms in antes.items():
        print(f"{nome:<24}{ms:>11.2f} ms{depois[nome]:>11.2f} ms{depois[nome] / ms:>8.2f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else MUITAS)
