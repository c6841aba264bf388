"""All of set-up, after a Python that is new enough was found. Standard library only.

Each step is skipped while what it is made from has not changed, so a second run takes a moment.
"""

import subprocess
import sys
import time

from scripts import check_frontend, node_tools, python_tools
from scripts.steps import ROOT, SetupError, call, say, take


def main() -> None:
    """Set up everything and say what ran."""
    began = time.monotonic()
    ran = take(python_tools.steps()) + take(node_tools.steps())
    lost = check_frontend.missing()
    if lost:
        raise SetupError(f"Missing front-end files: {', '.join(lost)}. Remove node_modules, then: make setup")
    if any(ROOT.glob("locale/*/LC_MESSAGES/*.po")):
        call([python_tools.PYTHON, ROOT / "scripts" / "compile_messages.py"])
    changed = f"{ran} steps run" if ran else "nothing had changed"
    say(f"Ready in {time.monotonic() - began:.1f} s ({changed}). Next: make demo")


if __name__ == "__main__":
    try:
        main()
    except SetupError as error:
        sys.exit(f"[setup] {error}")
    except KeyboardInterrupt:
        sys.exit("[setup] Interrupted. `make setup` goes on where it stopped.")
    except subprocess.SubprocessError as error:
        sys.exit(f"[setup] {error}")
