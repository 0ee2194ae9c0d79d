"""A Flask application with one empty view: what the same server gives when nothing is done."""

from flask import Flask

app = Flask(__name__)


@app.get("/")
def vazio() -> str:
    """Nothing."""
    return ""
