"""Connections to hosts."""

from core.ssh.c_libraries import ask_no_compiler

ask_no_compiler()  # before any module here imports asyncssh
