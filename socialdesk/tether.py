"""Become another program that dies with its parent: a file to be run, never imported.

    python -I -S tether.py SIGNAL PARENT USER PROGRAM [ARGUMENT...]

SIGNAL is the number the kernel sends to the program when the parent ends (Linux; elsewhere it has no effect),
PARENT the parent's pid, USER `-` or `uid:gid` to give up root for. Standard library only, and run by path, so that
starting a program costs a few milliseconds and nothing of the project is loaded. `preexec_fn` would do the same
less safely: it runs between fork and exec in a process that may have threads.
"""

import ctypes
import os
import sys

PR_SET_PDEATHSIG = 1


def give_up_root(user: str) -> None:
    """Become `uid:gid` with no other groups; `-` changes nothing."""
    if user == "-":
        return
    uid, gid = (int(part) for part in user.split(":"))
    os.setgroups([])
    os.setgid(gid)
    os.setuid(uid)
    os.umask(0o077)


def die_with_parent(number: int, parent: int) -> None:
    """Ask the kernel for signal `number` when the parent ends; after a change of user, which clears the request."""
    if not sys.platform.startswith("linux"):
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("tether: the parent ended before the program began")


if __name__ == "__main__":
    give_up_root(sys.argv[3])
    die_with_parent(int(sys.argv[1]), int(sys.argv[2]))
    os.execv(sys.argv[4], sys.argv[4:])  # noqa: S606 - to start a program is what this file is for
