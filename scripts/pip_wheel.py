"""pip itself, fetched from the package index with the standard library: a bare Debian has Python but no pip.

The index is asked as pip would ask it (scripts/pip_settings.py), and the wheel must have the sha256 the index gives.
Source: the simple repository API, https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

import base64
import hashlib
import http.client
import netrc
import re
import ssl
import urllib.error
import urllib.parse
import urllib.request
from html.parser import HTMLParser
from pathlib import Path

from scripts.pip_settings import PipSettings

WHEEL = re.compile(r"^pip-(\d+(?:\.\d+)*)-py3-none-any\.whl$")
LARGEST = 20_000_000  # bytes; pip is 2 MB
TRIES = 3


class NoPipError(Exception):
    """pip cannot be had from any place that pip's configuration names; the message says why, place by place."""


def fetch(settings: PipSettings, folder: Path) -> Path:
    """Put the newest pip wheel of the first place that has one into `folder` and return its path.

    Raises NoPipError.
    """
    reasons = []
    places: list[_Folder | _Index] = [_Folder(place) for place in settings.folders]
    places += [_Index(url, settings) for url in settings.indexes]
    for look in places:
        try:
            return look.newest_into(folder)
        except (OSError, NoPipError, http.client.HTTPException) as error:
            reasons.append(f"{look.name}: {error}")
    raise NoPipError("; ".join(reasons) or "pip's configuration names no place to look (no-index without find-links)")


class _Folder:
    """A folder of wheels (find-links). Addresses are left to pip."""

    def __init__(self, place: str) -> None:
        self.name = place
        self._path = Path(urllib.request.url2pathname(urllib.parse.urlparse(place).path) if "://" in place else place)

    def newest_into(self, folder: Path) -> Path:
        if not self._path.is_dir():
            raise NoPipError("not a folder")
        name = _newest([path.name for path in self._path.iterdir()])
        target = folder / name
        target.write_bytes((self._path / name).read_bytes())
        return target


class _Index:
    """One package index."""

    def __init__(self, url: str, settings: PipSettings) -> None:
        self._page = url.rstrip("/") + "/pip/"
        self._settings = settings
        self.name = _without_password(url)

    def newest_into(self, folder: Path) -> Path:
        links = _links(self._get(self._page).decode("utf-8", errors="replace"), base=self._page)
        name = _newest(list(links))
        address, _, fragment = links[name].partition("#")
        content = self._get(address)
        _check(content, fragment)
        target = folder / name
        target.write_bytes(content)
        return target

    def _get(self, url: str) -> bytes:
        for _ in range(TRIES - 1):
            try:
                return self._get_once(url)
            except urllib.error.HTTPError:
                raise
            except OSError:
                continue
        return self._get_once(url)

    def _get_once(self, url: str) -> bytes:
        request, credentials = _request(url, like=self._page)
        if credentials:
            request.add_header("Authorization", "Basic " + base64.b64encode(credentials.encode()).decode())
        with _opener(self._settings, request.host).open(request, timeout=self._settings.timeout) as answer:
            content: bytes = answer.read(LARGEST + 1)
        if len(content) > LARGEST:
            raise NoPipError("the answer is too large")
        return content


class _LinkParser(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href") and "data-yanked" not in given:
            self.links.append(given["href"] or "")


def _links(page: str, *, base: str) -> dict[str, str]:
    """Return file name -> absolute address, with its fragment, of a page of the simple index."""
    parser = _LinkParser()
    parser.feed(page)
    addresses = [urllib.parse.urljoin(base, link) for link in parser.links]
    return {urllib.parse.unquote(Path(urllib.parse.urlparse(each).path).name): each for each in addresses}


def _newest(names: list[str]) -> str:
    """Return the pip wheel with the highest final version."""
    found = [(tuple(int(part) for part in match[1].split(".")), name) for name in names if (match := WHEEL.match(name))]
    if not found:
        raise NoPipError("no pip there")
    return max(found)[1]


def _check(content: bytes, fragment: str) -> None:
    """Refuse a file whose sha256 is not the one the index gave, or for which it gave none."""
    algorithm, _, expected = fragment.partition("=")
    if algorithm != "sha256" or hashlib.sha256(content).hexdigest() != expected:
        raise NoPipError("the file does not have the sha256 that the index gives")


def _request(url: str, *, like: str) -> tuple[urllib.request.Request, str]:
    """Return the request for `url` and `user:password` from the address, the index's own address or ~/.netrc."""
    parts, index = urllib.parse.urlsplit(_file_page(url)), urllib.parse.urlsplit(like)
    given = parts if parts.username else index if index.hostname == parts.hostname else parts
    host = parts.netloc.rpartition("@")[2]
    request = urllib.request.Request(urllib.parse.urlunsplit(parts._replace(netloc=host)))  # noqa: S310 - pip's own address
    request.add_header("Accept", "text/html")
    if given.username:
        return request, f"{urllib.parse.unquote(given.username)}:{urllib.parse.unquote(given.password or '')}"
    return request, _from_netrc(parts.hostname or "")


def _file_page(url: str) -> str:
    """An index in a folder (file:) has its page in index.html."""
    return url + "index.html" if url.startswith("file:") and url.endswith("/") else url


def _from_netrc(host: str) -> str:
    try:
        entry = netrc.netrc().authenticators(host)
    except (OSError, netrc.NetrcParseError):
        return ""
    return f"{entry[0]}:{entry[2]}" if entry else ""


def _opener(settings: PipSettings, host: str) -> urllib.request.OpenerDirector:
    """Return an opener with pip's proxy and certificates; without a proxy of pip's, the environment's is used."""
    proxies = {"http": settings.proxy, "https": settings.proxy} if settings.proxy else None
    return urllib.request.build_opener(
        urllib.request.ProxyHandler(proxies), urllib.request.HTTPSHandler(context=_certificates(settings, host))
    )


def _certificates(settings: PipSettings, host: str) -> ssl.SSLContext:
    bundle = Path(settings.cert) if settings.cert else None
    if bundle is None:
        context = ssl.create_default_context()
    elif bundle.is_dir():
        context = ssl.create_default_context(capath=bundle)
    else:
        context = ssl.create_default_context(cafile=bundle)
    if settings.client_cert:
        context.load_cert_chain(settings.client_cert)
    if host in settings.trusted_hosts or host.partition(":")[0] in settings.trusted_hosts:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _without_password(url: str) -> str:
    parts = urllib.parse.urlsplit(url)
    return urllib.parse.urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
