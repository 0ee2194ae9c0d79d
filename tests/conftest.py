"""Where the fixtures are, one file a subject, and the rule that CI skips nothing."""

from __future__ import annotations

import os
import shutil
import subprocess

import pytest

pytest_plugins = [
    "tests.fixtures.servidores",
    "tests.fixtures.banco",
    "tests.fixtures.app",
    "tests.fixtures.correio",
    "tests.fixtures.no_ar",
    "tests.fixtures.navegador",
    "tests.fixtures.clamd",
    "tests.fixtures.sei",
    "tests.fixtures.almg",
    "tests.fixtures.webhook",
]


def _php_fala_soap() -> bool:
    php = shutil.which("php")
    pergunta = ["-r", 'exit(extension_loaded("soap") ? 0 : 1);']
    return php is not None and subprocess.run([php, *pergunta], timeout=10, check=False).returncode == 0


# Optional: a real antivirus, PHP's SOAP client. Not collected where there is none, so that nothing is skipped.
collect_ignore = [] if shutil.which("clamd") else ["comum/test_antivirus_real.py"]
if not _php_fala_soap():
    collect_ignore.append("distribuicao/canais/test_sei_php.py")

EM_CI = bool(os.environ.get("CI"))


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI a skipped test is a hole: fail the run and let the summary say which."""
    if EM_CI and session.exitstatus == pytest.ExitCode.OK and _puladas(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why a run without a failure fails."""
    if EM_CI and (puladas := _puladas(config)):
        terminalreporter.write_line(f"Em CI nenhum teste pode ser pulado; pulados: {puladas}.", red=True)


def _puladas(config: pytest.Config) -> int:
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    return len(terminal.stats.get("skipped", [])) if terminal else 0
