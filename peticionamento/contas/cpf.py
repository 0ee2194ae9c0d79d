"""CPF: the eleven digits and their two check digits (Receita Federal, modulus 11)."""

from __future__ import annotations

import re


def so_digitos(valor: str) -> str:
    """The digits of what was typed."""
    return re.sub(r"[^0-9]", "", valor)


def cpf_valido(valor: str) -> bool:
    """Whether the CPF, with or without dots and hyphen, has right check digits."""
    digitos = so_digitos(valor)
    if len(digitos) != 11 or digitos == digitos[0] * 11:
        return False
    return digitos[9:] == verificadores(digitos[:9])


def verificadores(nove: str) -> str:
    """The two check digits of the first nine."""
    primeiro = _modulo_11(nove, 10)
    return primeiro + _modulo_11(nove + primeiro, 11)


def _modulo_11(digitos: str, peso: int) -> str:
    soma = sum(int(d) * (peso - i) for i, d in enumerate(digitos))
    resto = soma * 10 % 11
    return str(resto % 10)


def formatar(cpf: str) -> str:
    """`123.456.789-09`."""
    return f"{cpf[:3]}.{cpf[3:6]}.{cpf[6:9]}-{cpf[9:]}"


def mascarar(cpf: str) -> str:
    """`***.456.789-**`, as the federal transparency pages print it."""
    return f"***.{cpf[3:6]}.{cpf[6:9]}-**"
