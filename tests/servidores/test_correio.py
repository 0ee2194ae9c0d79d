"""The demonstration's mail server keeps what it gets."""

from __future__ import annotations

import smtplib
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

from peticionamento.servidores import correio


def test_each_message_is_kept_as_a_file(tmp_path: Path) -> None:
    with correio.ligado(tmp_path / "correio") as url:
        partes = urlsplit(url)
        for numero in range(2):
            mensagem = EmailMessage()
            mensagem["To"], mensagem["From"], mensagem["Subject"] = "ana@x.invalid", "b@x.invalid", f"Olá {numero}"
            mensagem.set_content("Situação: ação concluída.")
            with smtplib.SMTP(str(partes.hostname), int(partes.port or 0), local_hostname="teste.invalid") as smtp:
                smtp.send_message(mensagem)

    guardadas = sorted((tmp_path / "correio").glob("*.eml"))
    assert [arquivo.name.split("-", 3)[-1] for arquivo in guardadas] == ["ana@x.invalid.eml"] * 2
    lida = message_from_bytes(guardadas[0].read_bytes())
    assert "ana@x.invalid" in str(lida["To"])


def test_an_address_cannot_choose_the_path(tmp_path: Path) -> None:
    with correio.ligado(tmp_path / "correio") as url:
        partes = urlsplit(url)
        with smtplib.SMTP(str(partes.hostname), int(partes.port or 0), local_hostname="teste.invalid") as smtp:
            smtp.sendmail("a@x.invalid", ['"../../fora"@x.invalid'], b"Subject: x\r\n\r\nx\r\n")
    assert len(list((tmp_path / "correio").glob("*.eml"))) == 1
    assert not list(tmp_path.glob("*.eml"))
