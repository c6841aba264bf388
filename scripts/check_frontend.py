"""Name every third-party front-end file that pages or documents need and set-up has not brought.

Run it as `python -m scripts.check_frontend`. A missing folder is only a warning to Django's staticfiles, and the page
would come without its style.
"""

import sys

from scripts.steps import ROOT

MODULES = ROOT / "node_modules"
NEEDED = (
    "@digdir/designsystemet-css/dist/src/index.css",
    "@digdir/designsystemet-theme/src/themes/designsystemet.css",
    "@digdir/designsystemet-web/dist/umd/index.js",
    "@fontsource-variable/inter/index.css",
    "idiomorph/dist/idiomorph-ext.min.js",
    "@navikt/aksel-icons/package.json",
    "simple-icons/package.json",
    "axe-core/axe.min.js",
)


def missing() -> list[str]:
    """Return the paths that should be there and are not."""
    files = [MODULES / name for name in NEEDED] + [ROOT / "static" / "icons.svg"]
    return [str(path.relative_to(ROOT)) for path in files if not path.is_file()]


if __name__ == "__main__":
    lost = missing()
    if lost:
        sys.exit(f"Missing front-end files: {', '.join(lost)}. Remove node_modules, then: make setup")
