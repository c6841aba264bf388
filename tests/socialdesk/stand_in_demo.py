"""A small demo for the tests of the supervisor: real processes, without the product.

    python stand_in_demo.py DATA_DIR WEB_PORT [NAME=CODE ...]

NAME=CODE makes that program end by itself with the exit code shortly after it is ready.
"""

import sys
from pathlib import Path

from socialdesk.demo_plan import Command, Plan
from socialdesk.log_lines import LogLines
from socialdesk.supervisor import Supervisor

WEB = """
import http.server, os, sys
class Answer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200); self.end_headers(); self.wfile.write(os.environ["DATABASE_URL"].encode())
    def log_message(self, *arguments): pass
print("web listens", flush=True)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), Answer).serve_forever()
"""
# Like Celery: a leader that has children of its own.
WORKER = """
import os, sys, time
if os.fork() == 0:
    time.sleep(600)
print("worker works", flush=True)
time.sleep(0.3 if len(sys.argv) > 1 else 600)
sys.exit(int(sys.argv[1]))
"""
STUBBORN = (
    "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print('stubborn', flush=True); time.sleep(600)"
)


def stand_in(web_port: int, codes: dict[str, str]) -> Plan:
    """Return a plan with one step, a web server, a worker with a child, and a program that ignores TERM."""
    worker = (codes["worker"],) if "worker" in codes else ()
    step = "print('prepared')" if "step" not in codes else f"raise SystemExit({codes['step']})"
    return Plan(
        steps=(Command("step", (sys.executable, "-c", step)),),
        programs=(
            Command("web", (sys.executable, "-c", WEB, str(web_port)), health="/", port=web_port),
            Command("worker", (sys.executable, "-c", WORKER, *worker)),
            Command("stubborn", (sys.executable, "-c", STUBBORN)),
        ),
        environment={"STAND_IN": "yes"},
        ready_lines=("ADDRESSES",),
    )


if __name__ == "__main__":
    given = dict(argument.split("=") for argument in sys.argv[3:])
    plan = stand_in(int(sys.argv[2]), given)
    sys.exit(Supervisor(plan, data_dir=Path(sys.argv[1]), lines=LogLines(sys.stdout), grace=1.0).run())
