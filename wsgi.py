"""The WSGI entry: `gunicorn wsgi:app`, `flask --app wsgi ...`."""

from peticionamento import create_app

app = create_app()
