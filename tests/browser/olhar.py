"""Look at a page as people do: at two widths, with its accessibility checked and a picture kept."""

from __future__ import annotations

import io
import os
from pathlib import Path

from axe_playwright_python.sync_playwright import Axe
from PIL import Image
from playwright.sync_api import Page

LARGURAS = (1280, 390)
LIMITE_BYTES = 150_000
_CORES = (256, 128, 64, 32)


def olhar(pagina: Page, nome: str, pasta: Path) -> None:
    """Check a page at both widths: no violation that axe finds, nothing wider than the screen; keep a picture of each.

    The pictures go to `TELAS` (`make telas` says docs/telas), else to `pasta`.
    """
    destino = Path(os.environ.get("TELAS") or pasta)
    for largura in LARGURAS:
        pagina.set_viewport_size({"width": largura, "height": 900 if largura > 600 else 844})
        pagina.wait_for_load_state("networkidle")
        sobra = pagina.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert sobra <= 0, f"{nome} a {largura} px: {sobra} px além da tela"
        achados = Axe().run(pagina).response["violations"]
        assert not achados, f"{nome} a {largura} px: " + "; ".join(
            f"{a['id']}: {a['nodes'][0]['html'][:120]}" for a in achados
        )
        (destino / f"{nome}-{largura}.png").write_bytes(_leve(pagina.screenshot(full_page=True)))
    pagina.set_viewport_size({"width": LARGURAS[0], "height": 900})


def _leve(png: bytes) -> bytes:
    """The picture with as many colours as fit in `LIMITE_BYTES`, cut at three screens."""
    with Image.open(io.BytesIO(png)) as imagem:
        cortada = imagem.convert("RGB").crop((0, 0, imagem.width, min(imagem.height, 2700)))
        for cores in _CORES:
            saida = io.BytesIO()
            cortada.quantize(cores, method=Image.Quantize.FASTOCTREE).save(saida, "PNG", optimize=True)
            if saida.tell() <= LIMITE_BYTES:
                break
        return saida.getvalue()
