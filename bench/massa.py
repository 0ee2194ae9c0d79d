"""Demands by the hundred thousand, with history, written straight into the tables: what the reads must not feel.

Set-based inserts, the wide indexes of the search made anew at the end of each load: a million in minutes. Subjects,
texts, places, authors and days vary; a word that a sixth of the texts have and one that one in ten thousand has are
there to search for. One in two is still on SEGOV's desk, so that the queue has pages by the thousand.
"""

from __future__ import annotations

from sqlalchemy import text

from peticionamento.comum.db import db

PRIMEIRA = 10_000_000
"""Ids begin here, out of the way of what the program numbers."""
DE_UMA_VEZ = 100_000
PALAVRA_COMUM = "hospital"
PALAVRA_RARA = "sambódromo"

_VARIAVEIS = """
create or replace temp view massa_pessoas as
  select array_agg(id order by id) ids from contas_pessoa where cargo like 'Deputad%' and email not like 'deputada1@%';
create or replace temp view massa_tipos as
  select array_agg(id order by id) ids from cadastros_tipo_processo where forma_principal = 'editor';
create or replace temp view massa_temas as select array_agg(id order by id) ids from cadastros_tema;
create or replace temp view massa_lugares as
  select array_agg(id order by id) ids, array_agg(nome order by id) nomes from cadastros_municipio;
create or replace temp view massa_unidades as
  select array_agg(id order by id) ids, array_agg(orgao_id order by id) orgaos from cadastros_unidade where recebe;
create or replace temp view massa_palavras as select
  array['Reforma','Ampliação','Recapeamento','Construção','Aquisição','Informações','Iluminação','Policiamento',
    'Perfuração','Transporte','Vacinação','Pavimentação','Manutenção'] que,
  array['da escola estadual','do hospital','da rodovia','da ponte','de viaturas','do posto de saúde','da quadra',
    'do poço artesiano','da delegacia','do hospital regional','da barragem','do centro de cultura',
    'do hospital infantil',
    'da estrada rural','do batalhão','do laboratório','da biblioteca'] de_que;
"""

_MASSA = """
insert into peticoes_peticao (id, autor_id, chave, tipo_id, especie, municipio_id, municipio_digitado, assunto,
    texto_html, campos, tema_id, acesso, referencia, estado, numero, criada_em, alterada_em, protocolada_em, versao)
  select n, a.ids[1 + n % cardinality(a.ids)], 'bench-' || n, t.ids[1 + n % cardinality(t.ids)], 'inicial',
    l.ids[1 + n % 7919 % cardinality(l.ids)], '', s.assunto,
    '<p>Solicita ' || lower(s.assunto) || ', em ' || l.nomes[1 + n % 7919 % cardinality(l.nomes)]
      || ', pedido número ' || n % 97 || ' da comunidade, que espera há ' || n % 31 || ' meses.'
      || case when n % 10007 = 0 then ' Há também um sambódromo.' else '' end || '</p>',
    '{}', h.ids[1 + n % cardinality(h.ids)], 'publico', '', 'protocolada', 'B' || n, d.em, d.em, d.em, 2
  from generate_series(cast(:de as int), cast(:ate as int)) n,
    massa_pessoas a, massa_tipos t, massa_temas h, massa_lugares l, massa_palavras p,
    lateral (select p.que[1 + n % cardinality(p.que)] || ' ' || p.de_que[1 + n % 1009 % cardinality(p.de_que)]
      assunto) s,
    lateral (select now() - make_interval(mins => 60 * 24 * 40 + cast(:ate_todas as int) - n) em) d;
insert into peticoes_acompanhamento (peticao_id, autor_id, protocolada_em, etapa, onde, respondida_em, lida_em, orgaos,
    reiteracoes)
  select id, autor_id, protocolada_em, case when id % 2 = 0 then 'respondida' else 'protocolada' end,
    case when id % 2 = 0 then 'Respondida' else 'Aguarda triagem na SEGOV' end,
    case when id % 2 = 0 then protocolada_em end, case when id % 2 = 0 then protocolada_em end, '{}', 0
  from peticoes_peticao where id between :de and :ate;
insert into triagem_demanda (id, peticao_id, estado, vence_dia, criada_em, versao, rodada, autor_id, tipo_id,
    municipio_id, tema_id, urgencia, prioridade, razoes, impressao)
  select id, id, case when id % 2 = 0 then 'concluida' else 'aguardando' end, current_date + 1 + (id % 400)::int,
    protocolada_em, 5, 1, autor_id, tipo_id, municipio_id, tema_id, 'normal', -(id % 12)::int, '[]', ''
  from peticoes_peticao where id between :de and :ate;
insert into comum_andamento (peticao_id, entidade, entidade_id, acao, para, texto, texto_autor, quem, em)
  select p.id, e.entidade, p.id, e.acao, e.para, e.texto, e.texto, 'Bench', p.protocolada_em
  from peticoes_peticao p, (values ('peticao', 'protocolar', 'protocolada', 'Petição assinada e protocolada.'),
    ('demanda', 'assumir', 'em_triagem', 'Assumiu a triagem.'),
    ('demanda', 'distribuir', 'distribuida', 'Encaminhou à SES.')) e (entidade, acao, para, texto)
  where p.id between :de and :ate and (p.id % 2 = 0 or e.entidade = 'peticao');
insert into triagem_encaminhamento (id, demanda_id, peticao_id, orgao_id, unidade_id, instrucao, vence_dia, estado,
    criado_em, respondido_em, homologado_em, versao, rodada, acesso)
  select p.id, p.id, p.id, u.orgaos[1 + p.id % cardinality(u.ids)], u.ids[1 + p.id % cardinality(u.ids)], 'Informar.',
    p.protocolada_em::date + 20, 'homologado', p.protocolada_em, p.protocolada_em, p.protocolada_em, 6, 1, 'publico'
  from peticoes_peticao p, massa_unidades u where p.id between :de and :ate and p.id % 2 = 0;
insert into distribuicao_entrega (id, encaminhamento_id, peticao_id, orgao_id, canal, destino, urgente, estado,
    tentativas, proxima_em, chave, criada_em, entregue_em, versao)
  select id, id, id, orgao_id, 'interno', 'X', false, 'entregue', 1, criado_em, 'b' || id, criado_em,
    criado_em + interval '1 second', 2
  from triagem_encaminhamento where id between :de and :ate;
"""


def carregar(quantas: int) -> None:
    """Add so many demands, in the order of their filing; statistics are left as a vacuum leaves them.

    Half are concluded, with their routing and delivery; half wait on SEGOV's desk.
    """
    session = db.session()
    for comando in _comandos(_VARIAVEIS):
        session.execute(text(comando))
    gins = _gins()
    for nome, _ in gins:
        session.execute(text(f"drop index {nome}"))
    fim = PRIMEIRA + quantas
    for de in range(PRIMEIRA, fim, DE_UMA_VEZ):
        valores = {"de": de, "ate": min(de + DE_UMA_VEZ, fim) - 1, "ate_todas": fim}
        for comando in _comandos(_MASSA):
            session.execute(text(comando), valores)
    session.execute(text("set local maintenance_work_mem = '1GB'"))
    for _, definicao in gins:
        session.execute(text(definicao))
    session.commit()
    session.connection(execution_options={"isolation_level": "AUTOCOMMIT"}).execute(text("vacuum analyze"))
    session.rollback()


def _comandos(roteiro: str) -> list[str]:
    return [comando.strip().rstrip(";") for comando in roteiro.split(";\n") if comando.strip()]


def _gins() -> list[tuple[str, str]]:
    """The indexes that cost most while rows go in: (name, how to make it)."""
    consulta = "select indexname, indexdef from pg_indexes where schemaname = 'public' and indexdef like '%USING gin%'"
    return [(nome, definicao) for nome, definicao in db.session().execute(text(consulta))]
