"""The demonstration's people, all invented (Faker pt_BR, fixed seed): deputies, triage, agencies, administration."""

from __future__ import annotations

from dataclasses import dataclass, field

from faker import Faker
from sqlalchemy import select

from peticionamento.cadastros.models import Orgao, Unidade
from peticionamento.cadastros.queries import SIGLA_SEGOV
from peticionamento.comum.db import db
from peticionamento.comum.permissoes import Papel
from peticionamento.comum.texto import sem_acentos
from peticionamento.contas.cpf import formatar, verificadores
from peticionamento.contas.models import Lotacao, Pessoa
from peticionamento.contas.services import representar, resumir_senha

SENHA = "peticao-2026"
SEMENTE = 20261124
DOMINIO = "demonstracao.invalid"
DEPUTADOS = 14
PARTIDOS = ("MDB", "PL", "PT", "PSD", "Republicanos", "PSDB", "PV")
"""Real siglas; the people are invented. Two deputies each."""


@dataclass
class Elenco:
    """Everybody, by what they do. `agentes` by the agency's sigla."""

    deputados: list[Pessoa] = field(default_factory=list)
    triadores: list[Pessoa] = field(default_factory=list)
    coordenadora: Pessoa | None = None
    assessora: Pessoa | None = None
    """Who drafts for the first two deputies."""
    agentes: dict[str, Pessoa] = field(default_factory=dict)


@dataclass(frozen=True)
class Conta:
    """A line of the table of logins."""

    quem: str
    email: str
    cpf: str


class _Fabrica:
    def __init__(self) -> None:
        self.faker = Faker("pt_BR")
        self.faker.seed_instance(SEMENTE)
        self.nomes: set[str] = set()
        self.cpf = 100_000_000
        self.senha_hash = resumir_senha(SENHA)

    def pessoa(self, apelido: str, papel: Papel, unidade: Unidade | None, *, mulher: bool, cargo: str | None) -> Pessoa:
        """An invented person whose e-mail says what they do."""
        while True:
            primeiro = self.faker.first_name_female() if mulher else self.faker.first_name_male()
            nome = f"{primeiro} {self.faker.last_name()} {self.faker.last_name()}"
            if nome not in self.nomes:
                break
        self.nomes.add(nome)
        self.cpf += 7_654_321
        nove = f"{self.cpf % 1_000_000_000:09d}"
        pessoa = Pessoa(
            cpf=nove + verificadores(nove),
            nome=nome,
            email=f"{apelido}@{DOMINIO}",
            cargo=cargo,
            senha_hash=self.senha_hash,
        )
        pessoa.lotacoes = [Lotacao(papel=papel, unidade=unidade)]
        db.session().add(pessoa)
        return pessoa


def criar() -> Elenco:
    """Write everybody. The registers are already there."""
    fabrica, elenco = _Fabrica(), Elenco()
    unidades = {u.orgao.sigla: u for u in db.session().execute(select(Unidade).where(Unidade.recebe)).scalars()}
    for n in range(DEPUTADOS):
        mulher = n % 2 == 0
        cargo, apelido = ("Deputada Estadual", "deputada") if mulher else ("Deputado Estadual", "deputado")
        deputado = fabrica.pessoa(f"{apelido}{n // 2 + 1}", Papel.DEPUTADO, None, mulher=mulher, cargo=cargo)
        deputado.partido = PARTIDOS[n % len(PARTIDOS)]
        elenco.deputados.append(deputado)
    segov = unidades[SIGLA_SEGOV]
    for n in range(3):
        elenco.triadores.append(
            fabrica.pessoa(f"triagem{n + 1}", Papel.TRIADOR, segov, mulher=n % 2 == 1, cargo="Analista de triagem")
        )
    elenco.coordenadora = fabrica.pessoa("coordenacao", Papel.COORDENADOR, segov, mulher=True, cargo="Coordenadora")
    fabrica.pessoa("administracao", Papel.ADMINISTRADOR, segov, mulher=False, cargo="Administrador do sistema")
    for n, (sigla, unidade) in enumerate(sorted(unidades.items())):
        if sigla != SIGLA_SEGOV:
            apelido = sem_acentos(sigla).replace(" ", "")
            elenco.agentes[sigla] = fabrica.pessoa(
                f"atendimento.{apelido}", Papel.AGENTE, unidade, mulher=n % 2 == 0, cargo="Analista de atendimento"
            )
    elenco.assessora = fabrica.pessoa("assessoria1", Papel.ASSESSOR, None, mulher=True, cargo="Assessora parlamentar")
    db.session().flush()  # the demands point at them
    for deputado in elenco.deputados[:2]:
        representar(elenco.assessora, deputado)
    return elenco


def contas_principais() -> list[Conta]:
    """The logins worth showing: one of each role and the agencies most asked."""
    mostradas = {
        "deputada1": "Deputada",
        "deputado1": "Deputado",
        "assessoria1": "Assessoria dos dois",
        "triagem1": "Triagem (SEGOV)",
        "triagem2": "Triagem (SEGOV)",
        "coordenacao": "Coordenação (SEGOV)",
        "atendimento.ses": "Atendimento da SES",
        "atendimento.der-mg": "Atendimento do DER-MG",
        "atendimento.see": "Atendimento da SEE",
        "atendimento.seinfra": "Atendimento da SEINFRA",
        "administracao": "Administração",
    }
    emails = [f"{apelido}@{DOMINIO}" for apelido in mostradas]
    consulta = select(Pessoa.email, Pessoa.cpf).where(Pessoa.email.in_(emails))
    cpfs = {linha.email: linha.cpf for linha in db.session().execute(consulta)}
    return [
        Conta(quem, f"{apelido}@{DOMINIO}", formatar(cpfs[f"{apelido}@{DOMINIO}"]))
        for apelido, quem in mostradas.items()
        if f"{apelido}@{DOMINIO}" in cpfs
    ]


def orgaos_por_sigla() -> dict[str, Orgao]:
    """The agencies by sigla."""
    return {o.sigla: o for o in db.session().execute(select(Orgao)).scalars()}
