"""The 17 Sustainable Development Goals (Objetivos de Desenvolvimento Sustentável), as Brazil names them."""

from __future__ import annotations

ODS: dict[int, str] = dict(
    enumerate(
        (
            "Erradicação da pobreza",
            "Fome zero e agricultura sustentável",
            "Saúde e bem-estar",
            "Educação de qualidade",
            "Igualdade de gênero",
            "Água potável e saneamento",
            "Energia limpa e acessível",
            "Trabalho decente e crescimento econômico",
            "Indústria, inovação e infraestrutura",
            "Redução das desigualdades",
            "Cidades e comunidades sustentáveis",
            "Consumo e produção responsáveis",
            "Ação contra a mudança global do clima",
            "Vida na água",
            "Vida terrestre",
            "Paz, justiça e instituições eficazes",
            "Parcerias e meios de implementação",
        ),
        start=1,
    )
)


def nome_do_ods(numero: int) -> str:
    """`ODS 3, Saúde e bem-estar`."""
    return f"ODS {numero}, {ODS[numero]}"
