# Loads a program as a module: as a whole, or its definitions alone where the whole trains, fails or takes too long.
# Not here: calls (scenario.py), what the file contains (outline.py).
# Invariant: whatever the program does while it loads ends in an answer or with the process, never in an exception here.
import ast
import importlib.abc
import importlib.machinery
import os
import sys
import time
import traceback
import types

from whygrad_host import guard, lift, outline, values
from whygrad_host.snapshot import Snapshot

# Seconds that one assignment may take where definitions alone are loaded.
PATIENCE = 0.3


class MissingModule(ImportError):
    """A part of a library that is not installed was used."""


class Program:
    """One loaded text of a program."""

    def __init__(self, path, source):
        self.path = path
        self.source = source
        self.text = outline.Text(source)
        self.tree = None
        self.module = None
        self.lifted = {}
        self.snapshot = None

    def load(self, mode, limit, number):
        """Parses and loads; a dictionary that says how far it came."""
        try:
            self.tree = ast.parse(self.source, self.path)
        except (SyntaxError, ValueError, RecursionError) as error:
            return {'error': {'code': 'run-syntax', 'message': _syntax(error), 'line': getattr(error, 'lineno', None) or 1}}
        because = None
        loaded = mode
        if mode == 'whole':
            because = self._whole(limit, number)
            loaded = 'whole' if because is None else 'definitions'
        if loaded != 'whole':
            self._definitions(loaded, limit, number)
            loaded = 'definitions'
        names = guard.replaced()
        if names:
            return {'error': {'code': 'run-builtins', 'message': 'the program replaces what Python has built in: ' + ', '.join(names[:5])}}
        self._lift()
        self.snapshot = Snapshot(self.module, self._own_names())
        return self._answer(loaded, because)

    def _fresh(self, number):
        name = 'whygrad_program_%d' % number
        module = types.ModuleType(name)
        module.__file__ = self.path
        module.__package__ = _package(self.path)
        sys.modules[name] = module
        sys.argv = [self.path]
        self.module = module

    def _whole(self, limit, number):
        self._fresh(number)
        try:
            with guard.Alarm(limit):
                exec(compile(self.tree, self.path, 'exec'), self.module.__dict__)
        except BaseException as error:
            return reason(error, self.path, 'importing it ')
        return None

    def _definitions(self, mode, limit, number):
        self._fresh(number)
        end = time.monotonic() + limit
        for statement in self.tree.body:
            kind = _kept(statement, mode)
            if kind is None:
                continue
            patience = PATIENCE if kind == 'assignment' else max(PATIENCE, end - time.monotonic())
            try:
                with guard.Alarm(patience):
                    exec(compile(ast.Module([statement], []), self.path, 'exec'), self.module.__dict__)
            except BaseException:
                continue  # what depends on it will say so when it is called

    def _own_names(self):
        """Names that the file itself gives values at its top level."""
        found = outline.outline(self.tree, self.text)['functions'][-1]['assigns']
        return [name for name in found if name.isidentifier()]

    def _lift(self):
        space = self.module.__dict__
        space['__whygrad_assigned'] = lift.assigned_of
        space['__whygrad_locals'] = locals
        self.described = []
        for name, node, described in lift.lifted(self.tree, self.text):
            tree = ast.fix_missing_locations(ast.Module([node], []))
            try:
                before = space.get('lifted')
                exec(compile(tree, self.path, 'exec'), space)
                self.lifted[name] = space.pop('lifted')
                if before is not None:
                    space['lifted'] = before
            except (SyntaxError, ValueError):
                continue
            if name.startswith('<'):
                described['defaults'] = self._defaults(described['parameters'])
            self.described.append(described)

    def _defaults(self, parameters):
        out = {}
        for each in parameters:
            if each['name'] in self.module.__dict__:
                _keep(out, each['name'], self.module.__dict__[each['name']], 4)
        return out

    def _answer(self, loaded, because):
        found = outline.outline(self.tree, self.text)
        found['functions'][-1:-1] = self.described
        for each in found['classes']:
            each['autograd'] = _is_autograd(getattr(self.module, each['name'], None))
        constants = {}
        for name in self._own_names():
            value = self.module.__dict__.get(name)
            if name in self.module.__dict__ and not isinstance(value, (types.FunctionType, type, types.ModuleType)):
                _keep(constants, name, value, 3)
        out = dict(found, loaded=loaded, constants=constants)
        if because is not None:
            out['because'] = because
        return out


def _keep(out, name, value, depth):
    try:
        if getattr(value, 'size', 0) is None or getattr(value, 'nbytes', 0) > 800000:
            return
        out[name] = values.encode(value, depth)
    except Exception:  # a value that cannot be told is none that anybody needs
        pass


def _is_autograd(kind):
    torch = values.library('torch')
    return torch is not None and isinstance(kind, type) and issubclass(kind, torch.autograd.Function)


def _syntax(error):
    return '%s' % (getattr(error, 'msg', None) or error)


def _kept(statement, mode):
    if isinstance(statement, (ast.Import, ast.ImportFrom) + outline.FUNCTIONS + (ast.ClassDef,)):
        return 'definition'
    if isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        if mode == 'bare' and any(isinstance(each, ast.Call) for each in ast.walk(statement.value)):
            return None
        return 'assignment'
    if isinstance(statement, (ast.If, ast.Try)) and not _is_main(statement):
        inner = statement.body + statement.orelse + [each for handler in getattr(statement, 'handlers', []) for each in handler.body]
        kinds = [_kept(each, mode) for each in inner if not isinstance(each, (ast.Pass, ast.Expr))]
        if None not in kinds:
            return 'definition'
    return None


def _is_main(statement):
    test = getattr(statement, 'test', None)
    return isinstance(test, ast.Compare) and isinstance(test.left, ast.Name) and test.left.id == '__name__'


def _package(path):
    """The package that the file is part of; its root's parent goes on sys.path."""
    folder = os.path.dirname(path)
    names = []
    while os.path.isfile(os.path.join(folder, '__init__.py')) and os.path.basename(folder).isidentifier():
        names.insert(0, os.path.basename(folder))
        folder = os.path.dirname(folder)
    if not names:
        return ''
    if folder not in sys.path:
        sys.path.insert(1, folder)
    return '.'.join(names)


# --- reasons ----------------------------------------------------------------------------------------------------------

def reason(error, path, what=''):
    """A code, a sentence and, where known, the program's line of an exception."""
    out = {'code': code_of(error), 'message': sentence(error, what)}
    line = line_of(error, path)
    if line is not None:
        out['line'] = line
    return out


def code_of(error):
    for kind, code in (
        (guard.OutOfTime, 'run-timeout'), (guard.TooMuch, 'run-output'), (guard.Forbidden, 'run-forbidden'),
        (MissingModule, 'run-missing-module'), (ModuleNotFoundError, 'run-missing-module'), (values.Missing, 'run-missing-module'),
        (MemoryError, 'run-memory'), (SystemExit, 'run-exit'),
    ):
        if isinstance(error, kind):
            return code
    return type(error).__name__


def sentence(error, what=''):
    if isinstance(error, guard.OutOfTime):
        return what + 'takes too long' if what else 'the call takes too long'
    if isinstance(error, SystemExit):
        return 'the program ends itself'
    if isinstance(error, MemoryError):
        return 'the program takes more memory than it may' + (': %s' % error if str(error) else '')
    try:
        said = ' '.join(str(error).split())[:300]
    except Exception:
        said = ''
    return said or type(error).__name__


def line_of(error, path):
    line = None
    for frame, at in traceback.walk_tb(error.__traceback__):
        if frame.f_code.co_filename == path:
            line = at
    return line


# --- libraries that are not installed ---------------------------------------------------------------------------------

class _Absent(types.ModuleType):
    """Stands for a library that is not installed, or a part of it: it can be named, not used."""

    def __getattr__(self, name):
        if name.startswith('__') and name not in ('__call__',):
            raise AttributeError(name)
        return _Absent(self.__name__ + '.' + name)

    def __call__(self, *args, **named):
        raise MissingModule('%s is not installed' % self.__name__.split('.')[0])

    def __mro_entries__(self, bases):
        raise MissingModule('%s is not installed' % self.__name__.split('.')[0])


class Absent(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """The last finder: gives a stand-in for libraries that the parent knows to be missing."""

    def __init__(self, names):
        self.names = frozenset(names)

    def find_spec(self, name, path=None, target=None):
        if name.split('.')[0] in self.names:
            return importlib.machinery.ModuleSpec(name, self, is_package=True)
        return None

    def create_module(self, spec):
        return _Absent(spec.name)

    def exec_module(self, module):
        pass
