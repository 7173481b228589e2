"""Asks the process of `forking` for a fork that has our streams, pipes and variables: SOCKET JOB GIVEN TOLD.

It imports nothing that takes time: it is started for each process of a job.
"""

import _socket
import posix
import sys

place, job, *pipes = sys.argv[1:]
handles = b"".join(int(handle).to_bytes(4, sys.byteorder) for handle in ("0", "1", "2", *pipes))
variables = [name + b"=" + value for name, value in posix.environ.items()]
asking = _socket.socket(_socket.AF_UNIX, _socket.SOCK_SEQPACKET)
asking.connect(place)
asking.sendmsg([b"\0".join((job.encode(), *variables))], [(_socket.SOL_SOCKET, _socket.SCM_RIGHTS, handles)])
asking.recv(1)  # it ends when the fork has gone its own way
