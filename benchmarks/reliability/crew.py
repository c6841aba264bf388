"""People of a town who work over HTTP, each by their role, all on the latest few comments, so that they meet."""

import html
import random
import re
import time
from collections import Counter
from typing import Any

import requests

PATIENCE = 60
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)"')
TOGETHER = 30
DOCUMENTATION = {"documentation_value": "yes", "addressed_to_us": "yes"}
SORTINGS = ("praise", "neutral", "negative", "case_handling", "case_handling")


class Worker:
    """A browser that is signed in. `answers` counts clicks by act and status; 0 stands for no answer at all."""

    def __init__(self, site: str, person: dict[str, str], town: dict[str, Any], seed: int) -> None:
        self.site, self.role, self.comments = site, person["role"], town["comments"]
        self.luck = random.Random(seed)
        self.browser = requests.Session()
        self.browser.headers["Connection"] = "close"
        self.browser.cookies.set("socialdesk", person["key"], domain="127.0.0.1")
        self.browser.get(f"{site}/", timeout=PATIENCE).raise_for_status()
        self.answers: Counter[str] = Counter()
        self.times: list[float] = []

    def act(self) -> None:
        """Do one thing of one's role."""
        acts = {
            "LEAD": [self.approve, self.approve, self.sort_several, self.write],
            "ARCHIVIST": [self.confirm, self.confirm, self.confirm, self.export],
        }.get(
            self.role.upper(),
            [self.look, self.sort, self.sort, self.answer, self.answer, self.claim, self.unsort, self.note],
        )
        self.luck.choice(acts)()

    def look(self) -> None:
        """Open the queue; the whole town turns to what came last."""
        seen = {int(one) for one in re.findall(r'/kommentar/(\d+)/"', self._get("/ko/nye/?rekkefolge=nyest"))}
        self.comments[:] = sorted(seen.union(self.comments))[-TOGETHER:]

    def sort(self) -> None:
        self._post("sort", f"/kommentar/{self._any()}/sorter/", sortings=self.luck.choice(SORTINGS), **DOCUMENTATION)

    def unsort(self) -> None:
        self._post("unsort", f"/kommentar/{self._any()}/angre-sortering/")

    def claim(self) -> None:
        self._post("claim", f"/kommentar/{self._any()}/{self.luck.choice(['ta', 'legg-tilbake'])}/")

    def note(self) -> None:
        self._post("note", f"/kommentar/{self._any()}/notat/", text=f"Notat {self.luck.random()}")

    def write(self) -> None:
        """Edit a draft, as the tab does while somebody types."""
        one = self._any()
        self._post("edit", f"/kommentar/{one}/svar/lagre/", text=f"Utkast {self.luck.random()} til {one}.")

    def answer(self) -> None:
        """Thank for praise: sort it so, write an answer and hand it in; some other sorting may come between."""
        one = self._any()
        self._post("sort", f"/kommentar/{one}/sorter/", sortings="praise", **DOCUMENTATION)
        self._post("submit", f"/kommentar/{one}/svar/send/", text=f"Vi brøyter {self.luck.random()}, til {one}.")

    def approve(self) -> None:
        """Approve one of those that wait for it, whoever else is about to."""
        waiting = re.findall(r"/kommentar/(\d+)/", self._get("/godkjenning/"))
        if waiting:
            self._post("approve", f"/kommentar/{self.luck.choice(waiting)}/svar/godkjenn/")

    def sort_several(self) -> None:
        """Sort many in one act, picked in any order."""
        picked = self.luck.sample(self.comments, min(12, len(self.comments)))
        self._post("several", "/flere/", gjor="sorter:neutral", bekreft="ja", valgte=picked)

    def confirm(self) -> None:
        """Confirm a record as it is proposed, with what the page's own form would send."""
        listed = self._get("/arkiv/liste/foreslatt/")
        numbers = re.findall(r"/arkiv/grunnlag/(\d+)/", listed)
        if not numbers:
            return
        number = self.luck.choice(numbers)
        form = self._get(f"/arkiv/grunnlag/{number}/").partition(f"/arkiv/grunnlag/{number}/bekreft/")[2]
        fields = {name: html.unescape(value) for name, value in HIDDEN.findall(form.partition("</form>")[0])}
        if "title" not in fields:
            return  # a colleague has confirmed it meanwhile
        fields["class_code"] = fields.get("class_code") or "N00"
        fields.pop("csrfmiddlewaretoken", None)
        self._post("confirm", f"/arkiv/grunnlag/{number}/bekreft/", **fields, answered="on")

    def export(self) -> None:
        """Order an export of all that is confirmed."""
        self._post("export", "/arkiv/eksporter/", all="bekreftet")

    def _any(self) -> int:
        return int(self.luck.choice(self.comments))

    def _get(self, path: str) -> str:
        answer = self.browser.get(self.site + path, timeout=PATIENCE)
        self.answers[f"look {answer.status_code}"] += 1
        return answer.text

    def _post(self, name: str, path: str, **fields: Any) -> None:
        data = {**fields, "csrfmiddlewaretoken": self.browser.cookies["socialdesk_csrf"]}
        began, status = time.monotonic(), 0
        try:
            answer = self.browser.post(
                self.site + path,
                data=data,
                headers={"Referer": self.site},
                timeout=PATIENCE,
                allow_redirects=False,
            )
            status = answer.status_code
        except requests.RequestException:
            pass
        self.answers[f"{name} {status}"] += 1
        self.times.append(time.monotonic() - began)
