# Speaks with the parent: one JSON line a request, one or more JSON lines an answer, over pipes of their own.
# Not here: what a request does.
# Invariant: standard output belongs to the program; what it prints goes nowhere and reaches no answer.
import json
import os
import sys

from whygrad_host import guard, loading, nodes, outline, scenario

_programs = {}
_write = os.write
_dumps = json.JSONEncoder(allow_nan=False, separators=(',', ':')).encode
_loads = json.JSONDecoder().decode


def main():
    settings = _loads(sys.argv[1])
    asks = os.fdopen(settings['asks'], 'rb')
    guard.limit(settings['memory'], settings['seconds'])
    _silence()
    _tell(settings['answers'], {'ready': sys.version.split()[0], 'missing': _missing(settings['needs'])})
    first = True
    for line in asks:
        ask = _loads(line.decode('utf-8'))
        if first:
            first = False
            sys.path.insert(0, os.path.dirname(ask['path']))
            sys.meta_path.append(loading.Absent(ask['absent']))
            guard.close_doors([settings['room']])
        for answer in _answers(ask):
            _tell(settings['answers'], answer)
    os._exit(0)


def _silence():
    """Descriptors 1 and 2 lead nowhere; errors before this point reach the parent."""
    nowhere = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(nowhere, number)
    if nowhere > 2:
        os.close(nowhere)


def _missing(names):
    """Those of the named top-level modules that this Python does not have."""
    import importlib.util

    out = []
    for name in names:
        try:
            if importlib.util.find_spec(name) is None:
                out.append(name)
        except (ImportError, ValueError, AttributeError):
            out.append(name)
    return out


def _tell(pipe, answer):
    data = (_dumps(answer) + '\n').encode('utf-8')
    at = 0
    while at < len(data):
        at += _write(pipe, data[at:at + 65536])


def _answers(ask):
    if ask['do'] == 'load':
        program = loading.Program(ask['path'], ask['source'])
        answer = program.load(ask['mode'], ask['limit'], ask['program'])
        if 'error' not in answer:
            _programs[ask['program']] = program
        yield dict(answer, refused=guard.refused)
    elif ask['do'] == 'run':
        program = _programs[ask['program']]
        for each in ask['scenarios']:
            yield scenario.run(program, each, ask['limit'])
    elif ask['do'] == 'nodes':
        yield _nodes(_programs[ask['program']], ask['name'])
    elif ask['do'] == 'forget':
        _programs.pop(ask['program'], None)
        yield {}


def _nodes(program, name):
    import ast

    for each, found in _named(program.tree, '', ast):
        if each == name:
            return {'nodes': nodes.nodes(found, program.text)}
    for each in program.described:
        if each['name'] == name:
            loop = [found for found in ast.walk(program.tree)
                    if isinstance(found, (ast.For, ast.While)) and found.lineno == each['line']]
            return {'nodes': nodes.nodes(loop[0].body, program.text)}
    return {'nodes': []}


def _named(tree, prefix, ast):
    """(qualified name, statements) of every function, method and named lambda."""
    for each in outline.own_statements(tree):
        if isinstance(each, outline.FUNCTIONS):
            yield prefix + each.name, each.body
        elif isinstance(each, ast.Assign) and isinstance(each.value, ast.Lambda) and isinstance(each.targets[0], ast.Name):
            yield prefix + each.targets[0].id, [each]
        if isinstance(each, outline.FUNCTIONS + (ast.ClassDef,)):
            for found in _named(each, prefix + each.name + '.', ast):
                yield found
