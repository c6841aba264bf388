"""Pictures in comments: drawn here, kept in the book, handed out under /media/ as platforms do from their own hosts."""

from hashlib import sha256
from io import BytesIO

from flask import Blueprint, abort, jsonify, make_response, request
from flask.typing import ResponseReturnValue
from PIL import Image, ImageDraw, UnidentifiedImageError

from simulator.book import Book
from simulator.current import book

WIDTH, HEIGHT = 960, 640
SUBJECTS = {
    "hull": ("Hull i vegen", (120, 124, 130), (52, 50, 48)),
    "vann": ("Brunt vann i et glass", (226, 222, 212), (134, 92, 44)),
    "avfall": ("Full avfallsdunk", (190, 206, 186), (46, 88, 58)),
}
KNOWN_TYPE = "image/png"
TAKEN = {"JPEG": "image/jpeg", "PNG": "image/png"}

blueprint = Blueprint("media", __name__)


def draw(subject: str) -> bytes:
    """A simple drawing of a subject as PNG; the same subject gives the same bytes."""
    _, ground, colour = SUBJECTS[subject]
    image = Image.new("RGB", (WIDTH, HEIGHT), ground)
    pen = ImageDraw.Draw(image)
    if subject == "hull":
        pen.polygon([(360, 0), (600, 0), (900, HEIGHT), (60, HEIGHT)], fill=(84, 86, 92))
        pen.ellipse((360, 360, 640, 500), fill=colour, outline=(30, 28, 26), width=8)
    elif subject == "vann":
        pen.polygon([(330, 90), (630, 90), (590, 580), (370, 580)], outline=(120, 130, 140), width=10)
        pen.polygon([(342, 210), (618, 210), (586, 572), (374, 572)], fill=colour)
    else:
        pen.rectangle((340, 220, 620, 600), fill=colour)
        pen.polygon([(310, 220), (640, 130), (660, 170), (620, 220)], fill=(30, 60, 40))
        pen.ellipse((380, 130, 480, 230), fill=(240, 240, 236))
    target = BytesIO()
    image.save(target, "PNG", optimize=True)
    return target.getvalue()


def attach(of: Book, status_id: int, subject: str) -> None:
    """Give a status the drawing of a subject, with its alt text."""
    with of.transaction() as db:
        db.execute(
            "INSERT INTO picture (status_id, alt, data) VALUES (?, ?, ?)",
            (status_id, SUBJECTS[subject][0], draw(subject)),
        )


def type_of(data: bytes) -> str:
    """What a picture file is by its content; "" for what no platform here takes."""
    try:
        with Image.open(BytesIO(data), formats=list(TAKEN)) as image:
            return TAKEN[image.format or ""]
    except (UnidentifiedImageError, OSError):
        return ""


def keep_upload(of: Book, account_id: int, data: bytes, alt: str = "") -> int:
    """Keep a picture an account has sent and give its number; nobody sees it yet."""
    with of.transaction() as db:
        values = (account_id, sha256(data).hexdigest(), alt, data)
        row = db.execute("INSERT INTO upload (account_id, sha256, alt, data) VALUES (?, ?, ?, ?)", values)
        return int(row.lastrowid or 0)


def upload_with(of: Book, account_id: int, digest: str) -> int | None:
    """The number of an account's upload with these bytes, or None."""
    row = of.row(
        "SELECT id FROM upload WHERE account_id = :account AND sha256 = :digest ORDER BY id DESC",
        {"account": account_id, "digest": digest},
    )
    return int(row["id"]) if row else None


def is_own_upload(of: Book, account_id: int, number: int) -> bool:
    """Whether the account has an upload of this number."""
    wanted = {"id": number, "account": account_id}
    return of.row("SELECT 1 FROM upload WHERE id = :id AND account_id = :account", wanted) is not None


def show_upload(of: Book, status_id: int, number: int, alt: str | None = None) -> None:
    """Show an upload with a status; once, however often it is asked for."""
    with of.transaction() as db:
        db.execute(
            "INSERT INTO picture (status_id, alt, data) SELECT ?, COALESCE(?, alt), data FROM upload WHERE id = ?"
            " AND NOT EXISTS (SELECT 1 FROM picture WHERE status_id = ?)",
            (status_id, alt, number, status_id),
        )


def address(base_url: str, picture_id: int) -> str:
    """Where the picture lies."""
    return f"{base_url}/media/{picture_id}.png"


@blueprint.get("/media/<int:picture_id>.png")
def picture(picture_id: int) -> ResponseReturnValue:
    """The bytes of a picture; 404 when its comment is gone."""
    row = book().row(
        "SELECT data FROM picture JOIN live ON live.id = status_id WHERE picture.id = :id", {"id": picture_id}
    )
    if row is None:
        abort(404)
    data = bytes(row["data"])
    response = make_response(data)
    response.headers.update({"Content-Type": type_of(data) or KNOWN_TYPE, "X-Content-Type-Options": "nosniff"})
    return response


@blueprint.post("/_control/pictures")
def attach_one() -> ResponseReturnValue:
    """Give a comment a picture: status (its id), subject (one of SUBJECTS)."""
    order = request.get_json()
    subject, status_id = order.get("subject", "hull"), order.get("status", "")
    if subject not in SUBJECTS or book().row("SELECT 1 FROM live WHERE id = :id", {"id": status_id}) is None:
        abort(400, "status must be the id of a comment, subject one of: " + ", ".join(SUBJECTS))
    attach(book(), int(status_id), subject)
    return jsonify(status=str(status_id)), 201
