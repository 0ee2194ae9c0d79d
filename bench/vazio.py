"""A Flask application with one empty view: what the same server gives when nothing is done."""

from flask import Flask

app = Flask(__name__)


@app.post("/")
def vazio() -> str:
    """Nothing."""
    return ""
