"""Puts one simulator together: book, faults, limits, the platforms' APIs, the control API and the citizens' pages."""

from pathlib import Path

from flask import Flask, jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from simulator import citizen_pages, control, dialects, feed, media, own_addresses, page_text, sign_in, sign_in_tokens
from simulator.book import Book
from simulator.citizen_pages import SAFE_HEADERS
from simulator.current import Simulator
from simulator.faults import Faults
from simulator.gate import Gate
from simulator.rates import Limits
from simulator.webhooks import Webhooks

LARGEST_BODY = 20 * 1024 * 1024
FOR_PROGRAMS = ("/api/", "/_control/", "/healthz")
WORDS = {
    400: ("Nettleseren sendte noe vi ikke forstår", "Gå tilbake og prøv en gang til."),
    403: ("Du kan bare endre dine egne kommentarer", "Kommentaren er skrevet i en annen nettleser."),
    404: ("Vi finner ikke siden", "Innlegget eller kommentaren kan være slettet."),
    405: ("Det går ikke an her", "Gå tilbake og bruk knappene på siden."),
    413: ("Teksten er for stor", "Gå tilbake og gjør den kortere."),
    500: ("Noe gikk galt hos oss", "Øvingsplattformen fikk det ikke til. Prøv en gang til om litt."),
}


def create_app(data: Path, calls_per_five_minutes: int) -> Flask:
    """The application of one simulator with its book in a folder; 0 calls turns the rate limits off."""
    app = Flask("simulator")
    app.config["MAX_CONTENT_LENGTH"] = LARGEST_BODY
    app.config["TRUSTED_HOSTS"] = ["127.0.0.1", "localhost"]
    app.jinja_options = {"trim_blocks": True, "lstrip_blocks": True}
    app.jinja_env.filters.update(page_text.FILTERS)
    app.jinja_env.globals["own_address"] = own_addresses.own_address
    book = Book(data)
    parts = Simulator(book, Faults(), Limits(calls_per_five_minutes), Webhooks(book))
    app.extensions["simulator"] = parts
    connecting = (own_addresses.blueprint, sign_in.blueprint, sign_in_tokens.blueprint, feed.blueprint)
    for blueprint in (*dialects.BLUEPRINTS, *connecting, control.blueprint, media.blueprint, citizen_pages.blueprint):
        app.register_blueprint(blueprint)
    app.add_url_rule("/healthz", view_func=healthz)
    app.register_error_handler(HTTPException, explain)
    app.wsgi_app = Gate(app.wsgi_app, parts.faults)  # type: ignore[method-assign]
    return app


def healthz() -> ResponseReturnValue:
    """Alive."""
    return jsonify(ok=True)


def explain(problem: HTTPException) -> ResponseReturnValue:
    """An error in the form its reader understands: JSON for programs, a Norwegian page for people."""
    code = problem.code or 500
    if request.path.startswith(FOR_PROGRAMS):
        return jsonify(error=problem.name if code == 404 else problem.description or problem.name), code
    title, advice = WORDS.get(code, WORDS[500])
    response = make_response(render_template("error.html", title=title, advice=advice), code)
    response.headers.update(SAFE_HEADERS)
    return response
