# The limits that a program runs under inside of its process: memory, size of files, an audit hook against writing, starting
# processes and opening connections, and the built-in names as they were.
# Not here: time and the memory of the whole tree, which the parent watches. No sandbox: native code can pass by.
# Invariant: after close_doors() a forbidden act raises Forbidden and is remembered, whether or not the program catches it.
import builtins
import os
import signal
import sys
import threading

try:
    import resource
except ImportError:  # not on Windows
    resource = None


class Forbidden(PermissionError):
    """An act that a program may not do here."""


class OutOfTime(BaseException):
    """A scenario took too long; no Exception, so that `except Exception` does not swallow it."""


class TooMuch(Exception):
    """An answer holds more than anybody wants to read."""


refused = []  # what was refused, in order: 'writes the file weights.npy'
_roots = []
_closed = False

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_PATH_ACTS = {
    'os.remove': 'removes',
    'os.rename': 'renames',
    'os.mkdir': 'makes the folder',
    'os.rmdir': 'removes the folder',
    'os.link': 'links',
    'os.symlink': 'links',
    'os.truncate': 'cuts',
    'os.chmod': 'changes the rights of',
    'os.chown': 'changes the owner of',
    'os.utime': 'changes the times of',
    'os.setxattr': 'changes',
    'os.removexattr': 'changes',
    'shutil.rmtree': 'removes the folder',
    'shutil.move': 'moves',
    'shutil.copyfile': None,  # opens the target
}
_PROCESS_ACTS = {
    'os.fork': 'starts a process',
    'os.forkpty': 'starts a process',
    'os.exec': 'replaces its process',
    'os.posix_spawn': 'starts a process',
    'os.spawn': 'starts a process',
    'os.system': 'starts a shell',
    'os.startfile': 'starts a process',
    'subprocess.Popen': 'starts a process',
    'pty.spawn': 'starts a process',
    'socket.connect': 'opens a connection',
    'socket.bind': 'opens a port',
    'socket.sendto': 'sends over the network',
    'socket.sendmsg': 'sends over the network',
    'socket.getaddrinfo': 'asks the network for a name',
    'socket.gethostbyname': 'asks the network for a name',
    'os.killpg': 'kills processes',
}


def limit(memory, seconds):
    """Bytes that may be resident, and seconds of processor time for the whole session."""
    _die_with_parent()
    if resource is None:
        return
    # Libraries map far more than they touch; what is touched the parent watches.
    _lower(resource.RLIMIT_AS, memory + (6 << 30))
    _lower(resource.RLIMIT_FSIZE, 64 << 20)
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_CPU, seconds)
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _lower(which, value):
    try:
        _, hard = resource.getrlimit(which)
        if hard != resource.RLIM_INFINITY:
            value = min(value, hard)
        resource.setrlimit(which, (value, value))
    except (ValueError, OSError):  # some systems do not know every limit
        pass


def _die_with_parent():
    """On Linux the kernel ends this process with its parent, even in an endless loop."""
    if not sys.platform.startswith('linux'):
        return
    try:
        import ctypes

        parent = os.getppid()
        ctypes.CDLL(None).prctl(1, signal.SIGKILL, 0, 0, 0)
        if parent == 1 or os.getppid() != parent:
            os._exit(3)
    except Exception:
        pass


def close_doors(roots):
    """From now on writing is allowed below `roots` alone, and no process or connection may be opened."""
    global _closed
    _roots.extend(os.path.realpath(root) + os.sep for root in roots)
    if not _closed:
        _closed = True
        sys.addaudithook(_watch)


def _watch(event, args):
    if event == 'open':
        _watch_open(*args)
    elif event in _PROCESS_ACTS:
        _refuse(_PROCESS_ACTS[event])
    elif event in _PATH_ACTS:
        for path in args[:2]:
            if isinstance(path, (str, bytes, os.PathLike)) and not _allowed(path):
                _refuse('%s %s' % (_PATH_ACTS[event] or 'writes', _shown(path)))
    elif event == 'os.kill' and args and args[0] != os.getpid():
        _refuse('kills a process')
    elif event == 'sqlite3.connect' and args and args[0] != ':memory:' and not _allowed(args[0]):
        _refuse('writes the file ' + _shown(args[0]))


def _watch_open(path, mode, flags):
    if not isinstance(path, (str, bytes, os.PathLike)):
        return
    writes = bool(flags & _WRITING) if isinstance(flags, int) else False
    if isinstance(mode, str) and any(letter in mode for letter in 'wax+'):
        writes = True
    if writes and not _allowed(path):
        _refuse('writes the file ' + _shown(path))


def _allowed(path):
    try:
        real = os.path.realpath(os.fsdecode(path))
    except (ValueError, OSError):
        return False
    return real == os.devnull or real.startswith('/proc/self/fd/') or any((real + os.sep).startswith(root) for root in _roots)


def _shown(path):
    return os.path.basename(os.fsdecode(path).rstrip('/')) or os.fsdecode(path)


def _refuse(what):
    if len(refused) < 100:
        refused.append(what)
    raise Forbidden('the program ' + what + ', which is not allowed here')


# --- built-in names ---------------------------------------------------------------------------------------------------

# These talk to a person; programs replace them for good reasons, and no number depends on them.
_TALK = frozenset(['print', 'input', 'help', 'exit', 'quit', 'display', 'copyright', 'credits', 'license', '_', 'open', 'breakpoint'])
_saved = dict(vars(builtins))


def replaced():
    """Names of built-ins that the program has replaced or removed; all are put back."""
    now = vars(builtins)
    changed = []
    for name, value in _saved.items():
        if now.get(name, _saved) is not value:
            now[name] = value
            if name not in _TALK and not name.startswith('__'):
                changed.append(name)
    return changed


# --- time -------------------------------------------------------------------------------------------------------------

class Alarm:
    """Raises OutOfTime in the main thread after `seconds`, and again, should the program swallow it."""

    def __init__(self, seconds):
        self.seconds = seconds

    def __enter__(self):
        if hasattr(signal, 'setitimer') and threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGALRM, _ring)
            signal.setitimer(signal.ITIMER_REAL, self.seconds, 0.02)
        return self

    def __exit__(self, *error):
        # The alarm may ring once more while it is being switched off.
        while True:
            try:
                if hasattr(signal, 'setitimer'):
                    signal.setitimer(signal.ITIMER_REAL, 0)
                return False
            except OutOfTime:
                continue


def _ring(number, frame):
    raise OutOfTime()
