"""`python -m tests.chromium`: is there a Chromium for the browser tests? On Debian and as root, install it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

NOMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")


def executavel() -> str | None:
    """The machine's Chromium: the one CHROMIUM names, or the first found."""
    return os.environ.get("CHROMIUM") or next((achado for nome in NOMES if (achado := shutil.which(nome))), None)


def main() -> int:
    """Find it, install it, or say what to install; the exit code is that of the installation."""
    if executavel():
        return 0
    debian = shutil.which("apt-get") is not None
    if not (debian and os.geteuid() == 0):
        como = "apt-get install chromium" if debian else "instale o Chromium, ou diga onde está em CHROMIUM"
        print(f"Sem Chromium os testes de navegador são pulados; para rodá-los: {como}")
        return 0
    print("Instalando o Chromium para os testes de navegador…", flush=True)
    ambiente = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for comando in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if codigo := subprocess.run(comando, env=ambiente, stdout=subprocess.DEVNULL, check=False).returncode:
            print(f"`{' '.join(comando)}` falhou.")
            return codigo
    return 0


if __name__ == "__main__":
    sys.exit(main())
